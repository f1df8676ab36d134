import Foundation
import Media
import NIOCore
import Packets
import Testing

import struct TestSupport.Fuzz

@testable import Codec

@Suite("Hostile containers")
struct ContainerFuzzTests {
  private static func seeds() throws -> [[UInt8]] {
    func make(_ parts: [String]...) throws -> [UInt8] {
      let picture = ["-f", "lavfi", "-i", "testsrc2=s=128x128:r=15:d=1"]
      let bytes = try Clip.make(picture + Clip.tone + ["-t", "0.5"] + parts.flatMap(\.self))
      return Array(bytes.readableBytesView)
    }
    return [
      try make(Clip.h264, Clip.aac, Clip.mp4), try make(Clip.h264, Clip.opus, Clip.matroska),
      try make(Clip.vp9, Clip.opus, Clip.mp4), try make(Clip.vp8, Clip.opus, ["-f", "webm"]),
    ]
  }

  /// Where sizes and counts stand in MP4: in front of and behind each box's name.
  private static func numbers(ofMP4 bytes: [UInt8]) -> [Range<Int>] {
    let names = [
      "moov", "trak", "mdia", "minf", "stbl", "stsd", "stts", "ctts", "stsz", "stsc", "stco", "mvex", "trex", "edts",
      "elst", "tkhd", "mdhd", "hdlr", "avc1", "avcC", "mp4a", "esds", "Opus", "dOps", "vp09", "moof", "traf", "tfhd",
      "tfdt",
      "trun", "mdat",
    ].map { Array($0.utf8) }
    var found: [Range<Int>] = []
    for index in bytes.indices.dropLast(24).dropFirst(4) where names.contains(Array(bytes[index..<index + 4])) {
      for place in [-4, 4, 8, 12, 16] { found.append(index + place..<index + place + 4) }
    }
    return found
  }

  /// Where sizes stand in Matroska: behind each element's name, down into those that hold others.
  private static func numbers(ofMatroska bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    let holders: [UInt32] = [0x1a45_dfa3, 0x1853_8067, 0x1654_ae6b, 0xae, 0xe0, 0xe1, 0x1f43_b675, 0xa0]
    var (found, place) = ([Range<Int>](), range.lowerBound)
    while place < range.upperBound {
      let idLength = bytes[place].leadingZeroBitCount + 1
      guard idLength <= 4, place + idLength < range.upperBound else { break }
      let id = bytes[place..<place + idLength].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let sizePlace = place + idLength
      let sizeLength = bytes[sizePlace].leadingZeroBitCount + 1
      guard sizeLength <= 8, sizePlace + sizeLength <= range.upperBound else { break }
      var size = Int(bytes[sizePlace]) & (0xff >> sizeLength)
      for byte in bytes[sizePlace + 1..<sizePlace + sizeLength] { size = size << 8 | Int(byte) }
      found.append(sizePlace..<sizePlace + sizeLength)
      let start = sizePlace + sizeLength
      let end = start + min(size, range.upperBound - start)
      if holders.contains(id) {
        found += numbers(ofMatroska: bytes, start..<end)
      } else if end > start {
        found.append(start..<min(start + 4, end))
      }
      place = end
    }
    return found
  }

  /// A number that a stranger might write.
  private static func hostile(_ width: Int, _ random: inout Fuzz.Random) -> [UInt8] {
    let values: [UInt64] = [
      0, 1, 7, 8, 9, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fff0, 1 << 20, 1 << 24, 60_000_000, UInt64.max,
      UInt64.max >> 1, random.next(), random.next() >> 40,
    ]
    let value = values[random.below(values.count)]
    return (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - 1 - $0))) }
  }

  @Test("sizes and counts that lie: each stream ends, and all together take no memory for a number's word")
  func structured() async throws {
    let seeds = try Self.seeds()
    let numbers = seeds.map {
      $0[0] == 0x1a ? Self.numbers(ofMatroska: $0, $0.indices) : Self.numbers(ofMP4: $0)
    }
    #expect(numbers.allSatisfy { $0.count > 20 })
    let before = PeakMemory.now
    PeakMemory.reset()
    var (packets, faults) = (0, 0)
    await Fuzz("container sizes", count: 4000).run { random in
      let which = random.below(seeds.count)
      var bytes = seeds[which]
      for _ in 0...random.below(4) {
        let place = numbers[which][random.below(numbers[which].count)]
        guard place.upperBound <= bytes.count else { continue }
        bytes.replaceSubrange(place, with: Self.hostile(place.count, &random))
      }
      if random.below(8) == 0 { bytes = Array(bytes.prefix(random.below(bytes.count))) }
      let pipe = BytePipe(limit: .max) {}
      _ = pipe.write(ByteBuffer(bytes: bytes))
      pipe.finish()
      guard let container = StreamContainer(recognizing: bytes) else { return }
      do throws(ContainerFault) {
        var demuxer = try StreamDemuxer(pipe, container)
        var given = 0
        while let packet = try demuxer.next() {
          packets += 1
          given += packet.payload.count
          // Bytes may be handed out again where a run says so, but never more than a fragment's samples.
          if given > bytes.count * 64 { Issue.record("\(given) bytes came of \(bytes.count)") }
        }
      } catch { faults += 1 }
    }
    let more = max(0, PeakMemory.bytes - before)
    print("container sizes: \(packets) packets, \(faults) faults, \(more >> 20) MiB more memory")
    #expect(packets > 1000 && faults > 100)
    #expect(more < 256 << 20, "\(more >> 20) MiB")
  }
}
