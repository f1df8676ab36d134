import Media
import NIOCore
import Packets
import Testing

@testable import RTMP

@Suite("Hostile FLV streams")
struct FLVStreamFuzzTests {
  /// Bytes that a reader keeps for later.
  private static func heldBytes(_ reader: FLVStreamReader) -> Int {
    let mirror = Mirror(reflecting: reader)
    let partial = mirror.descendant("partial", "some") as? ByteBuffer
    return partial?.capacity ?? 0
  }

  @Test("20,000 damaged streams in random pieces: no trap, never more out than went in, never more kept than a tag")
  func damaged() throws {
    let sample = try SampleStream()
    var random = SystemRandomNumberGenerator()
    let original = FLVSample.file(sample.description, Array(sample.packets.prefix(12)))
    let tagLimit = 1 << 16
    var (packets, failures) = (0, 0)
    for _ in 0..<20_000 {
      var bytes = original
      // Headers are where harm is done, and they lie in the first bytes.
      let reach = Bool.random(using: &random) ? bytes.readableBytes : 700
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes.setInteger(UInt8.random(in: 0...255, using: &random), at: Int.random(in: 0..<reach, using: &random))
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        bytes.moveWriterIndex(to: Int.random(in: 0..<bytes.readableBytes, using: &random))
      }
      var reader = FLVStreamReader(tagLimit: tagLimit)
      let total = bytes.readableBytes
      var given = 0
      do {
        while bytes.readableBytes > 0 {
          let size = min(bytes.readableBytes, Int.random(in: 1...2000, using: &random))
          guard let piece = bytes.readSlice(length: size) else { break }
          reader.append(piece)
          while let output = try reader.next(at: .zero) {
            guard case .packet(let packet) = output else { continue }
            packets += 1
            given += packet.payload.readableBytes
          }
          let kept = Self.heldBytes(reader)
          if kept > 4 * tagLimit { Issue.record("\(kept) bytes are kept of \(total)") }
        }
      } catch { failures += 1 }
      if given > total { Issue.record("\(given) bytes came of \(total)") }
    }
    #expect(packets > 20_000)
    #expect(failures > 1000)
  }

  @Test("a claim alone reserves little")
  func claims() throws {
    var reader = FLVStreamReader(tagLimit: 64 << 20)
    var bytes = FLVSample.header
    bytes.writeBytes([9, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3])
    reader.append(bytes)
    #expect(try reader.next(at: .zero) == nil)
    #expect((14...128 << 10).contains(Self.heldBytes(reader)))
  }

  @Test("any times in any order: none goes back, none comes before it is decoded")
  func times() throws {
    var random = SystemRandomNumberGenerator()
    var packets = 0
    for _ in 0..<200 {
      var bytes = FLVSample.header
      bytes.writeImmutableBuffer(FLVSample.tag(9, FLVSample.otherPicture))
      for _ in 0..<200 {
        var unit = ByteBuffer(bytes: [0x27, 1])
        unit.writeUInt24(UInt32.random(in: 0...0xff_ffff, using: &random))
        unit.writeInteger(UInt32(1) << 24)
        let time = UInt32.random(in: 0...UInt32.max, using: &random) >> UInt32.random(in: 0...31, using: &random)
        bytes.writeImmutableBuffer(FLVSample.tag(9, at: time, unit))
      }
      var last = MediaTime.zero
      for packet in FLVSample.packets(in: try FLVSample.outputs(of: bytes, cutInto: 333)) {
        #expect(packet.decodeTime >= last && packet.presentationTime >= packet.decodeTime)
        last = packet.decodeTime
        packets += 1
      }
    }
    #expect(packets > 20_000)
  }
}
