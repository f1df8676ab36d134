import Media
import NIOCore
import Testing

@testable import Codec

/// Streams whose numbers promise more than their bytes hold.
struct Bomb: CustomTestStringConvertible, Sendable {
  var name: String
  var bytes: [UInt8]
  var testDescription: String { name }

  init(_ name: String, _ parts: [UInt8]...) {
    self.name = name
    bytes = parts.flatMap(\.self)
  }

  static let all = files + fragments + matroska

  private static let many: UInt32 = 60_000_000
  private static let media = Bytes.box("mdat", [UInt8](repeating: 7, count: 200))
  private static let chunk = Bytes.table("stsc", count: 1, Bytes.words(1, many, 1))
  private static let place = Bytes.table("stco", count: 1, Bytes.words(2000))
  private static let constant = Bytes.box("stsz", Bytes.words(0, 1, many))

  private static func file(_ name: String, _ tables: [UInt8]...) -> Bomb {
    Bomb(name, Bytes.ftyp, Bytes.movie(tables.flatMap(\.self)), media)
  }

  private static let files: [Bomb] = [
    file(
      "stsz of one size, sixty million", Bytes.table("stts", count: 1, Bytes.words(many, 33)), constant, chunk, place),
    file(
      "stts of one run of 2^32, stsz of as many", Bytes.table("stts", count: 1, Bytes.words(.max, 1)),
      Bytes.box("stsz", Bytes.words(0, 1, .max)), chunk, place),
    file(
      "stsz of four million in one chunk", Bytes.table("stts", count: 1, Bytes.words(1 << 22, 1)),
      Bytes.box("stsz", Bytes.words(0, 1, 1 << 22)), chunk, place),
    file("ctts of one run of 2^32", Bytes.table("ctts", count: 1, Bytes.words(.max, 0)), constant, chunk, place),
    file("stts that promises 2^32 entries", Bytes.table("stts", count: .max), constant),
    file("ctts that promises 2^32 entries", Bytes.table("ctts", count: .max), Bytes.box("stsz", Bytes.words(0, 1, 9))),
    file("stsc that promises 2^32 entries", Bytes.table("stsc", count: .max), Bytes.box("stsz", Bytes.words(0, 1, 9))),
    file("stco that promises 2^32 entries", Bytes.table("stco", count: .max), Bytes.box("stsz", Bytes.words(0, 1, 9))),
    file("co64 that promises 2^32 entries", Bytes.table("co64", count: .max), Bytes.box("stsz", Bytes.words(0, 1, 9))),
    file(
      "ten thousand chunks of nothing", Bytes.table("stsc", count: 1, Bytes.words(1, 0, 1)),
      Bytes.box("stsz", Bytes.words(0, 1, 9)), Bytes.table("stco", count: 10_000, Bytes.zeros(40_000))),
    Bomb("stsd of 2^32 entries", Bytes.ftyp, Bytes.box("moov", Bytes.box("stsd", Bytes.words(0, .max)))),
    Bomb("a header of 2 GiB", Bytes.ftyp, Bytes.box("moov", [0, 0, 0], size: 0x7fff_ffff)),
    Bomb("ten thousand tracks", Bytes.ftyp, Bytes.box("moov", Bytes.times(10_000, Bytes.box("trak")))),
    Bomb("a box of 2^64 bytes", Bytes.ftyp, Bytes.words(1), Array("moov".utf8), Bytes.words(.max, .max)),
  ]

  private static func fragment(_ name: String, _ parts: [UInt8]...) -> Bomb {
    let trex = Bytes.box("mvex", Bytes.box("trex", Bytes.words(0, 1, 1, 33, 0, 0)))
    let tables = Bytes.joined(
      Bytes.table("stts", count: 0), Bytes.box("stsz", Bytes.words(0, 0, 0)), Bytes.table("stsc", count: 0),
      Bytes.table("stco", count: 0))
    return Bomb(name, Bytes.ftyp, Bytes.movie(tables, more: trex), parts.flatMap(\.self))
  }

  private static let fragments: [Bomb] = [
    fragment("trun of 2^32 samples without fields", Bytes.fragment(flags: 0, count: .max), media),
    fragment("trun of sixty million without fields", Bytes.fragment(flags: 0, count: many), media),
    fragment("trun of 2^30 samples with fields", Bytes.fragment(flags: 0xf00, count: 1 << 30), media),
    fragment(
      "ten thousand fragments of 16,000 samples without bytes",
      Bytes.times(10_000, Bytes.joined(Bytes.fragment(flags: 0, count: 16_000), Bytes.box("mdat")))),
    fragment(
      "four thousand samples in the bytes of one",
      Bytes.fragment(flags: 0x200, count: 4000, Bytes.times(4000, Bytes.words(150))), media),
    fragment(
      "ten thousand fragments whose media never comes",
      Bytes.times(10_000, Bytes.fragment(flags: 0x200, count: 1, Bytes.words(100)))),
    fragment("a sample of 2 GiB", Bytes.fragment(flags: 0x200, count: 1, Bytes.words(0x7fff_ffff)), media),
    fragment(
      "a fragment's media of 4 GiB", Bytes.fragment(flags: 0x200, count: 1, Bytes.words(100)),
      Bytes.box("mdat", [1, 2, 3], size: .max)),
    fragment("a fragment's header of 2 GiB", Bytes.box("moof", [1, 2, 3], size: 0x7fff_ffff)),
  ]

  private static let claim = 0x0fff_ffff
  private static let tracksID: [UInt8] = [0x16, 0x54, 0xae, 0x6b]

  private static func header(_ name: String, _ parts: [UInt8]...) -> Bomb {
    Bomb(name, Bytes.webM, Bytes.segment, parts.flatMap(\.self))
  }

  private static func blocks(_ name: String, _ parts: [UInt8]...) -> Bomb {
    Bomb(name, Bytes.webM, Bytes.segment, Bytes.tracks, Bytes.cluster, parts.flatMap(\.self))
  }

  private static let matroska: [Bomb] = [
    header("half a million tracks", Bytes.element(tracksID, Bytes.times(500_000, [0xae, 0x80]))),
    header(
      "CodecPrivate of 256 MiB",
      Bytes.element(
        tracksID, Bytes.element([0xae], Bytes.element([0x63, 0xa2], size: claim), size: claim), size: claim)),
    header("attachments of 256 MiB", Bytes.element([0x19, 0x41, 0xa4, 0x69], [1], size: claim)),
    header("half a million tags", Bytes.element([0x12, 0x54, 0xc3, 0x67], Bytes.times(500_000, [0x73, 0x73, 0x80]))),
    header("half a million cues", Bytes.element([0x1c, 0x53, 0xbb, 0x6b], Bytes.times(500_000, [0xbb, 0x80]))),
    header(
      "a unit of time of 2^63 ns",
      Bytes.element(
        [0x15, 0x49, 0xa9, 0x66], Bytes.element([0x2a, 0xd7, 0xb1], [0x7f, 255, 255, 255, 255, 255, 255, 255]))),
    blocks("a block of 256 MiB", Bytes.element([0xa3], [0x81, 0, 0, 0x80], size: claim)),
    blocks("a block group of 256 MiB", Bytes.element([0xa0], [0xa1], size: claim)),
    blocks(
      "EBML lacing that counts up",
      Bytes.times(2000, Bytes.element([0xa3], [0x81, 0, 0, 0x86, 0xff, 0x40, 0x01], Bytes.zeros(256)))),
    blocks(
      "Xiph lacing of 256 empty frames, two thousand times",
      Bytes.times(2000, Bytes.element([0xa3], [0x81, 0, 0, 0x82, 0xff], Bytes.zeros(256)))),
    blocks(
      "times at the edges", Bytes.element([0xe7], [UInt8](repeating: 255, count: 8)),
      Bytes.element([0xa3], [0x81, 0x7f, 0xff, 0x80, 1, 2, 3])),
  ]
}

@Suite("Containers whose numbers promise more than they hold", .serialized)
struct ContainerBombTests {
  @Test("each ends soon, gives nothing that it does not have, and takes no memory for a promise", arguments: Bomb.all)
  func bomb(_ bomb: Bomb) {
    let start = ContinuousClock.now
    let before = PeakMemory.now
    PeakMemory.reset()
    let run = ForeignRun(ByteBuffer(bytes: bomb.bytes))
    let more = max(0, PeakMemory.bytes - before)
    print(
      "bomb \(bomb.name): \(bomb.bytes.count) bytes in, \(more >> 10) KiB more memory, \(run.packets.count) packets")
    #expect(run.packets.isEmpty)
    // Other tests run at the same time; a bomb takes ten times as much.
    #expect(more < 96 << 20, "\(more >> 20) MiB")
    #expect(ContinuousClock.now - start < .seconds(10))
  }
}
