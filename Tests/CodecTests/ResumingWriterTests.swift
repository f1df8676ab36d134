import Foundation
import Media
import Packets
import Testing

@testable import Codec

@Suite("Writing that fails and goes on")
struct ResumingWriterTests {
  @Test("is tried again after 1, 2, 4 … 30 s, and from the beginning once it has held")
  func pauses() {
    var pause = ResumeBackoff()
    var now = MediaTime.zero
    #expect(pause.isDue(at: now) && !pause.isWaiting)
    for seconds in [1, 2, 4, 8, 16, 30, 30] {
      pause.fail(at: now)
      #expect(pause.isWaiting && !pause.isDue(at: now + .seconds(seconds) - .milliseconds(1)))
      now = now + .seconds(seconds)
      #expect(pause.isDue(at: now))
    }
    pause.begin(at: now)
    #expect(!pause.isWaiting)
    pause.fail(at: now + .seconds(3))
    #expect(!pause.isDue(at: now + .seconds(20)), "a file that lasted three seconds is no recovery")
    pause.begin(at: now)
    pause.fail(at: now + .seconds(10))
    #expect(pause.isDue(at: now + .seconds(11)))
  }

  @Test("a recording whose directory comes back goes on in its next file, with a keyframe, and says each once")
  func recording() throws {
    let scratch = try ScratchDirectory()
    let directory = scratch.file("disk")
    let settings = encoding(320, 180, bitrate: .kilobits(300))
    var encoder = try H264Encoder(settings)
    let description = StreamDescription(video: encoder.description, audio: nil, encoder: "test")
    var parts = 0
    var writer = ResumingWriter(description) {
      parts += 1
      return .matroska(part: parts, of: "\(directory)/a.mkv")
    }
    var events: [ResumingWriter.Event] = []
    for second in 0..<8 {
      if second == 4 { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false) }
      var packets: [EncodedPacket] = []
      try encodeMovingPicture(settings, frames: second * 30..<second * 30 + 30, with: &encoder) { packets.append($0) }
      for packet in packets { if let event = writer.write(packet) { events.append(event) } }
    }
    try writer.finish()
    try #require(events.count == 2, "\(events)")
    #expect(events[0] == .failed(.cannotWrite(path: "\(directory)/a.mkv", reason: "No such file or directory")))
    guard case .resumed(let path) = events[1] else {
      Issue.record("\(events)")
      return
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).map { "\(directory)/\($0)" } == [path])
    let packets = try Tool.probe(path, "-show_packets")
    #expect(packets.first?["pts_time"] == "0.000000" && packets.first?["flags"]?.hasPrefix("K") == true)
    #expect(packets.count >= 55, "\(packets.count) pictures")
  }

  @Test("what is made is for its owner and group alone; a link in its place is not followed")
  func files() throws {
    let scratch = try ScratchDirectory()
    try PrivateFile.make(scratch.file("a.mkv"))
    let mode = try #require(
      FileManager.default.attributesOfItem(atPath: scratch.file("a.mkv"))[.posixPermissions] as? Int)
    #expect(mode & 0o137 == 0 && mode & 0o600 == 0o600, "\(String(mode, radix: 8))")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("b.mkv"), withDestinationPath: scratch.file("elsewhere"))
    #expect(throws: CodecError.self) { try PrivateFile.make(scratch.file("b.mkv")) }
    #expect(!FileManager.default.fileExists(atPath: scratch.file("elsewhere")))
    // What is there already stays as it is.
    try PrivateFile.make("/dev/full")
  }
}
