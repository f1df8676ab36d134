internal import Broadcast
internal import Interface
internal import Media
internal import NIOCore
internal import Networking
internal import Settings

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
  init(
    to server: any PublishEndpoint, over interface: NetworkInterface?, tls settings: TLSSettings,
    group: any EventLoopGroup
  ) {
    let dns = Task { await Self.resolve(server.host) }
    let tcp = Task {
      guard await dns.value.verdict == .pass else { return CheckFinding.needs(.dns) }
      return await Self.connect(server, interface, group)
    }
    let tls = Task {
      guard await tcp.value.verdict == .pass else { return CheckFinding.needs(.tcp) }
      return await Self.encrypt(server, interface, settings, group)
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
    case .success([host]): return .pass("\(host) is an address: nothing to look up")
    case .success(let addresses):
      let some = addresses.prefix(4).joined(separator: ", ") + (addresses.count > 4 ? ", …" : "")
      return .pass("\(host): \(some) in \(milliseconds(since: start))")
    }
  }

  private static func connect(
    _ server: any PublishEndpoint, _ interface: NetworkInterface?, _ group: any EventLoopGroup
  ) async -> CheckFinding {
    let port: Int
    switch server.transport {
    case .tcp(let number, _): port = number
    case .udp(let name):
      return .skipped("does not apply: \(name) goes over UDP; only going live shows whether it answers")
    }
    let start = MediaTime.now()
    do throws(ConnectionError) {
      try await ServerProbe.connect(to: server.host, port: port, over: interface, within: limit, group: group)
    } catch { return fail(error, server) }
    return .pass("port \(port)\(interface.map { " over \($0)" } ?? "") in \(milliseconds(since: start))")
  }

  private static func encrypt(
    _ server: any PublishEndpoint, _ interface: NetworkInterface?, _ settings: TLSSettings,
    _ group: any EventLoopGroup
  ) async -> CheckFinding {
    guard case .tcp(let port, usesTLS: true) = server.transport else {
      guard server.isInTheClear, server.applicationProtocol == .rtmp else {
        return .skipped("does not apply: nothing is encrypted")
      }
      return .warn(
        "rtmp:// is not encrypted: others on the way can read the stream key and see the picture",
        "use rtmps:// if the server takes it")
    }
    let start = MediaTime.now()
    let end: Int
    do throws(ConnectionError) {
      end = try await ServerProbe.certificateEnd(
        of: server.host, port: port, over: interface, tls: settings, within: limit, group: group)
    } catch { return fail(error, server) }
    return judge(end: end, now: WallClock.secondsSince1970, took: milliseconds(since: start))
  }

  private static func fail(_ error: ConnectionError, _ server: any PublishEndpoint) -> CheckFinding {
    let explanation = error.explanation(over: server.applicationProtocol)
    return .fail(OperatorFailure(explanation, OperatorFailure(any: error).exitStatus))
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
