import Logging
import Media
import NIOCore
import NIOPosix
import Networking
import Packets

@testable import RTMP

/// What the tests with real sockets share.
enum Live {
  static let key = "sk_us-west-2_abcdEFGH1234"

  /// Connects on the default event loops, silently.
  static func connect(
    _ url: String, key: String = Live.key, stream: StreamDescription, tls: TLSSettings = TLSSettings(),
    deadlines: PublishDeadlines = PublishDeadlines()
  ) async throws -> RTMPPublisher {
    try await RTMPPublisher.connect(
      to: IngestEndpoint(parsing: url), key: StreamKey(key), stream: stream, tls: tls, deadlines: deadlines,
      group: .singletonMultiThreadedEventLoopGroup, logger: logger)
  }

  /// The error that connecting ends with; `nil` when it does not.
  static func connectError(
    _ url: String, key: String = Live.key, tls: TLSSettings = TLSSettings(),
    deadlines: PublishDeadlines = PublishDeadlines()
  ) async throws -> RTMPError? {
    let endpoint = try IngestEndpoint(parsing: url)
    let key = try StreamKey(key)
    let stream = try SampleStream().description
    do throws(RTMPError) {
      let publisher = try await RTMPPublisher.connect(
        to: endpoint, key: key, stream: stream, tls: tls, deadlines: deadlines,
        group: .singletonMultiThreadedEventLoopGroup, logger: logger)
      await publisher.close()
      return nil
    } catch {
      return error
    }
  }

  static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  /// An ingest on a free port that accepts ``key`` in application `app` unless told otherwise.
  static func ingest(
    limits: IngestLimits = IngestLimits(),
    authorize: @escaping @Sendable (String, StreamKey) -> IngestAuthorization = { app, key in
      guard app == "app", let right = try? StreamKey(Live.key), key.names(sameChannelAs: right) else {
        return .refuse(code: "NetStream.Publish.Denied", description: "The stream key is not known.")
      }
      return .accept
    }
  ) async throws -> RTMPIngest {
    try await RTMPIngest.listen(
      port: 0, limits: limits, group: .singletonMultiThreadedEventLoopGroup, logger: logger, authorize: authorize)
  }
}
