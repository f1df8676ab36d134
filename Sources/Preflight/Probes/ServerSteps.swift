internal import BroadcastConfiguration
internal import Interface
internal import Media
internal import NIOCore
internal import Networking
internal import RTMP
internal import Settings
internal import Transwrap

/// What is connected to, whatever is spoken there.
struct CheckTarget: Equatable, Sendable {
  var host: String
  /// `nil` where it is no TCP port.
  var port: Int?
  var usesTLS: Bool

  /// The server behind an address; of one of SRT, whose first word is the stream key, only the name is looked at.
  init(_ address: ChannelAddress) {
    (host, port, usesTLS) = (address.host, nil, false)
    if case .ingest(let endpoint) = address { (port, usesTLS) = (endpoint.port, endpoint.scheme == .rtmps) }
    if case .proxy(let endpoint) = address { (port, usesTLS) = (endpoint.port, endpoint.isSecure) }
  }

  /// A network's own HTTP proxy.
  init(_ tunnel: HTTPTunnel) { (host, port, usesTLS) = (tunnel.host, tunnel.port, false) }
}

/// The steps to a server, each of which needs the one before.
struct ServerSteps: Sendable {
  let dns: Task<CheckFinding, Never>
  let tcp: Task<CheckFinding, Never>
  let tls: Task<CheckFinding, Never>

  /// What one step may take.
  static let limit = Duration.seconds(4)
  /// A certificate that ends sooner is said, in seconds.
  private static let soon = 14 * 86_400

  /// Begins with them at once.
  init(to target: CheckTarget, tls settings: TLSSettings, group: any EventLoopGroup) {
    let dns = Task { await Self.resolve(target.host) }
    let tcp = Task {
      guard await dns.value.verdict == .pass else { return CheckFinding.needs(.dns) }
      return await Self.connect(target, group)
    }
    let tls = Task {
      guard await tcp.value.verdict == .pass else { return CheckFinding.needs(.tcp) }
      return await Self.encrypt(target, settings, group)
    }
    (self.dns, self.tcp, self.tls) = (dns, tcp, tls)
  }

  /// The first failure on the way; `nil` where it leads to the server.
  var failure: CheckFinding? {
    get async {
      for step in [dns, tcp, tls] {
        let finding = await step.value
        if finding.verdict == .fail { return finding }
      }
      return nil
    }
  }

  private static func resolve(_ host: String) async -> CheckFinding {
    let start = MediaTime.now()
    let found = await Bounded.run(within: limit) {
      await Bounded.onThread("check-dns", orElse: { Result.failure($0 as any Error) }) {
        Result { try ServerProbe.addresses(of: host) }
      }
    }
    switch found {
    case nil: return .hanging(.dns, after: limit)
    case .failure(let error): return .fail(error)
    case .success(let addresses):
      let some = addresses.prefix(4).joined(separator: ", ") + (addresses.count > 4 ? ", …" : "")
      return .pass("\(host): \(some) in \(milliseconds(since: start))")
    }
  }

  private static func connect(_ target: CheckTarget, _ group: any EventLoopGroup) async -> CheckFinding {
    guard let port = target.port else {
      return .skipped("does not apply: SRT goes over UDP; only going live shows whether it answers")
    }
    let start = MediaTime.now()
    do throws(ConnectionError) {
      try await ServerProbe.connect(to: target.host, port: port, within: limit, group: group)
    } catch { return .fail(error) }
    return .pass("port \(port) in \(milliseconds(since: start))")
  }

  private static func encrypt(
    _ target: CheckTarget, _ settings: TLSSettings, _ group: any EventLoopGroup
  ) async -> CheckFinding {
    guard target.usesTLS, let port = target.port else { return .skipped("does not apply: nothing is encrypted") }
    let start = MediaTime.now()
    let end: Int
    do throws(ConnectionError) {
      end = try await ServerProbe.certificateEnd(
        of: target.host, port: port, tls: settings, within: limit, group: group)
    } catch { return .fail(error) }
    return judge(end: end, now: WallClock.secondsSince1970, took: milliseconds(since: start))
  }

  /// What is to be said of a certificate that is trusted and ends at `end`, in seconds since 1970.
  static func judge(end: Int, now: Int, took: String) -> CheckFinding {
    guard end < Int.max else { return .pass("handshake in \(took)") }
    let days = (end - now) / 86_400
    guard end - now < soon else { return .pass("certificate good for \(days) days, handshake in \(took)") }
    return .warn("the certificate ends in \(days) days", "the server's operator has to renew it")
  }

  private static func milliseconds(since start: MediaTime) -> String {
    "\(Int((MediaTime.now() - start).inMilliseconds.rounded(.up))) ms"
  }
}
