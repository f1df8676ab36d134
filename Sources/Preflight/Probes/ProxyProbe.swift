internal import IVS
internal import Media
internal import NIOCore
internal import RTMP
internal import Settings
internal import Transwrap
internal import Web

/// Asks whether a proxy is one, without opening a session at it.
struct ProxyProbe: Sendable {
  let endpoint: ProxyEndpoint
  let caFile: String?
  let group: any EventLoopGroup

  /// - Parameter steps: those to the proxy.
  func look(after steps: ServerSteps) async -> CheckFinding {
    if let failure = await steps.failure { return failure }
    let web: WebClient
    do throws(HTTPFailure) {
      web = try WebClient(caFile: caFile, authoritySetting: "`tls-ca-file`", group: group)
    } catch {
      return .fail(OperatorFailure("\(error)", .noInput), "give a PEM file with `tls-ca-file`")
    }
    let finding = await ask(web)
    await web.close()
    return finding
  }

  private func ask(_ web: WebClient) async -> CheckFinding {
    // The original's design has the key in its path: there the root is asked.
    let path = if case .channel(let name) = endpoint.target { "/v1/publish/\(name)" } else { "/" }
    let url = "\(endpoint.isSecure ? "https" : "http")://\(endpoint.authority)\(path)"
    let start = MediaTime.now()
    do throws(HTTPFailure) {
      let answer = try await web.call(HTTPRequest("GET", url, limit: .seconds(4)))
      return judge(answer.status, took: Int((MediaTime.now() - start).inMilliseconds))
    } catch {
      let failure = IVSError.transport(error).failure
      return .fail(failure, "check the proxy's URL, and that it runs")
    }
  }

  /// What is to be said of an HTTP status instead of a WebSocket.
  func judge(_ status: Int, took milliseconds: Int) -> CheckFinding {
    guard case .channel = endpoint.target else { return .pass("answers in \(milliseconds) ms") }
    switch status {
    // What a question without an upgrade is due (RFC 9110 §15.5.22).
    case 426: return .pass("answers in \(milliseconds) ms")
    case 429, 503:
      return .warn("\(endpoint) takes no more sessions now (HTTP \(status))", "wait, or name another proxy")
    case 500...: return .fail("\(endpoint) does not work (HTTP \(status))", "look at its log", .temporary)
    default:
      return .fail(
        "\(endpoint) answers HTTP \(status), as no ivs-transwrap does", "check the proxy's URL", .protocol)
    }
  }
}
