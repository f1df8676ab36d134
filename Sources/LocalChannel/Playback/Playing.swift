internal import FoundationEssentials
internal import Media
internal import NIOCore
internal import Packets
internal import Synchronization

/// What a page has to know of the publication that it plays.
final class Playing: Sendable {
  private struct Facts {
    /// Changes with each publication, so that a page sees that its stream is another one.
    var stream = ""
    /// The codecs as a browser wants them named (RFC 6381).
    var codecs = ""
  }

  private let facts = Mutex(Facts())

  func begin(_ description: StreamDescription) {
    var all: [String] = []
    if let video = description.video,
      let profile = video.decoderConfiguration.getBytes(at: video.decoderConfiguration.readerIndex + 1, length: 3)
    {
      all.append("avc1." + profile.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
    if description.audio != nil { all.append("mp4a.40.2") }
    let began = Facts(stream: UUID().uuidString, codecs: all.joined(separator: ","))
    facts.withLock { $0 = began }
  }

  var json: String {
    let now = facts.withLock { $0 }
    return "{\"stream\":\"\(now.stream)\",\"codecs\":\"\(now.codecs)\"}\n"
  }
}
