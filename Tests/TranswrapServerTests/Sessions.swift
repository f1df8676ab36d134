import Logging
import Media
import NIOCore
import NIOPosix
import Networking
import RTMP
import Transwrap

@testable import TranswrapServer

/// What tests of sessions share.
enum Sessions {
  static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  /// What a signed token gives its bearer.
  static func pass(_ subject: String, until expires: Int64? = nil) -> Pass {
    Pass(holder: Holder(identity: .subject(subject), name: subject), expires: expires)
  }

  /// Sessions without an ingest, whose clients never send anything, on a loop and for a registry.
  struct Maker: Sendable {
    private let channel: any Channel
    private let shared: PublishSession.Shared

    init(_ registry: SessionRegistry) async throws {
      // A client's place is all that is needed: what it is told goes nowhere.
      channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .bind(host: "127.0.0.1", port: 0).get()
      shared = PublishSession.Shared(
        limits: ProxySettings.Limits(), tls: try TLSSettings().prepared(), silence: try SilentSound(),
        metrics: Metrics(), transcodes: Slots(limit: 1), tasks: try ThreadExecutor(name: "tasks"),
        logger: Sessions.logger, release: { registry.release($0) },
        presence: { registry.note($0, isClientPresent: $1) })
    }

    func close() async throws { try await channel.close() }

    /// Waits until the loop has done what it was given.
    func settle() async throws { try await channel.eventLoop.submit {}.get() }

    /// A client's end.
    var link: ClientLink { ClientLink(channel, isOriginal: false) }

    func make(
      _ id: SessionID, channel name: String?, pass: Pass, link: ClientLink? = nil,
      ingest: String = "rtmp://127.0.0.1:9/app"
    ) async throws -> SessionHandle {
      let (link, shared) = (link ?? self.link, shared)
      let grant = PublishSession.Grant(
        channel: name, endpoint: try IngestEndpoint(parsing: ingest), key: try StreamKey("k"),
        addresses: .any, takesOver: false, pass: pass, address: "192.0.2.1")
      let loop = channel.eventLoop
      return try await loop.submit {
        SessionHandle(
          PublishSession(
            id: id, grant: grant, takeover: Takeover(isRequested: false, wallSeconds: 0), client: link, shared: shared,
            loop: loop))
      }.get()
    }
  }
}
