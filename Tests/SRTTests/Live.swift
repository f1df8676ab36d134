import Codec
import Logging
import Media
import NIOCore
import Packets

@testable import SRT

/// What the tests with real sockets share.
enum Live {
  static let key = "sk_us-west-2_abcdEFGH1234"
  /// As long as those of Amazon IVS.
  static let passphrase = "Zx81-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789"

  static var logger: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  /// Connects silently.
  static func connect(
    _ url: String, key: String = Live.key, passphrase: String? = nil, deadlines: SRTDeadlines = SRTDeadlines()
  ) async throws -> SRTConnection {
    try await SRTConnection.connect(
      to: SRTEndpoint(parsing: url), streamID: SRTStreamID(key: key),
      passphrase: passphrase.map { try SRTPassphrase($0) },
      bitrate: .kilobits(600), deadlines: deadlines, logger: logger)
  }

  /// The error that connecting ends with; `nil` when it does not.
  static func connectError(
    _ url: String, key: String = Live.key, passphrase: String? = nil, deadlines: SRTDeadlines = SRTDeadlines()
  ) async throws -> SRTError? {
    do {
      let publisher = try await connect(url, key: key, passphrase: passphrase, deadlines: deadlines)
      await publisher.close()
      return nil
    } catch let error as SRTError { return error }
  }

  /// Sends packets as MPEG-TS.
  static func send(_ packets: [EncodedPacket], _ sample: SampleStream, to publisher: SRTConnection) async throws {
    var writer = try TransportStreamWriter(sample.description)
    for packet in packets { try await publisher.send(writer.write(packet), of: packet) }
  }

  /// Sends until the connection ends, and says why.
  static func sendUntilEnd(_ sample: SampleStream, to publisher: SRTConnection) async throws -> SRTError {
    var writer = try TransportStreamWriter(sample.description)
    var offset = Duration.zero
    while true {
      for packet in sample.packets {
        var moved = packet
        moved.decodeTime = packet.decodeTime + offset
        moved.presentationTime = packet.presentationTime + offset
        let bytes = try writer.write(moved)
        do throws(SRTError) { try await publisher.send(bytes, of: moved) } catch { return error }
      }
      offset += .seconds(3)
    }
  }
}
