internal import IVS
internal import Media
internal import Settings
internal import Web

/// Compares this machine's clock with a server's.
enum ClockProbe {
  /// Seconds above which it is said.
  static let notable = 30
  /// Seconds above which AWS takes no signature.
  static let most = 300

  /// What is to be said of a server's clock that is so many seconds ahead.
  static func judge(skew: Int) -> CheckFinding {
    let off = abs(skew)
    let what = "this machine's clock is \(off) s \(skew > 0 ? "behind" : "ahead of") AWS's"
    let remedy = "set it: timedatectl set-ntp true"
    if off > most { return .fail(what, remedy, .system) }
    return off > notable ? .warn(what, remedy) : .pass("within \(max(1, off)) s of AWS's")
  }

  /// By the header `Date` of a web service that wants no signature.
  static func look(at url: String, _ web: WebClient) async -> CheckFinding {
    let answer: HTTPAnswer
    do throws(HTTPFailure) {
      answer = try await web.call(HTTPRequest("GET", url, limit: .seconds(3)))
    } catch { return .skipped("no server was there to compare it with: \(error)") }
    guard let date = answer.header("Date").flatMap(HTTPDate.seconds) else {
      return .skipped("the server that was asked does not tell the time")
    }
    return judge(skew: date - WallClock.secondsSince1970)
  }
}
