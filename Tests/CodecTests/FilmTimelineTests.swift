import Media
import Testing

@testable import Codec

@Suite("Film timeline: packets of any clock on one that begins at zero and only goes on")
struct FilmTimelineTests {
  /// A packet: its track, when it is decoded and shown by its stamps, in ms, and how long.
  struct Packet {
    var track = 0
    var decode: Int64?
    var shown: Int64?
    var duration: Int64 = 40

    init(_ decode: Int64?, shown: Int64? = nil, track: Int = 0, lasts duration: Int64 = 40) {
      (self.track, self.decode, self.shown, self.duration) = (track, decode, shown ?? decode, duration)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var start: Int64?
    var packets: [Packet]
    /// Decode times on the film's timeline, in ms.
    var right: [Int64]
    var length: Int64

    init(_ name: String, start: Int64? = nil, _ packets: [Packet], _ right: [Int64], length: Int64) {
      (testDescription, self.start, self.packets, self.right, self.length) = (name, start, packets, right, length)
    }
  }

  static let cases = [
    Case("an ordinary film", start: 0, [Packet(0), Packet(40), Packet(80)], [0, 40, 80], length: 120),
    Case("times that begin at 1 h", start: 3_600_000, [Packet(3_600_000), Packet(3_600_040)], [0, 40], length: 80),
    Case("a start that the header makes up", start: 86_400_000, [Packet(500), Packet(540)], [0, 40], length: 80),
    Case("no start in the header", [Packet(9000), Packet(9040)], [0, 40], length: 80),
    Case(
      "B-frames: decoded before zero", start: 0,
      [Packet(-80, shown: 0), Packet(-40, shown: 120), Packet(0, shown: 40)],
      [-80, -40, 0], length: 160),
    Case("a hole of 2 s stays", start: 0, [Packet(0), Packet(2040), Packet(2080)], [0, 2040, 2080], length: 2120),
    Case("a jump ahead by an hour is none", start: 0, [Packet(0), Packet(3_600_000)], [0, 40], length: 80),
    Case(
      "a clock that begins anew goes on", start: 0, [Packet(5000), Packet(0), Packet(40)], [5000, 5040, 5080],
      length: 5120),
    Case(
      "a jump that the sound makes later in the file keeps both together", start: 0,
      [
        Packet(0), Packet(0, track: 1), Packet(3_600_040), Packet(40, track: 1), Packet(3_600_080),
        Packet(3_600_080, track: 1),
      ], [0, 0, 40, 40, 80, 80], length: 120),
    Case(
      "sound that lasts longer than the picture counts", start: 0,
      [Packet(0), Packet(2000, track: 1, lasts: 4000)], [0, 2000], length: 6000),
    Case("no times at all are counted", [Packet(nil), Packet(nil), Packet(nil)], [0, 40, 80], length: 120),
    Case("a last picture for 24 h lasts as long as any", start: 0, [Packet(0, lasts: 86_400_000)], [0], length: 33),
    Case(
      "the farthest stamps there are", start: .min / 1_000_000,
      [Packet(.max / 1_000_000), Packet(.min / 1_000_000), Packet(.max / 1_000_000)], [0, 40, 80], length: 120),
    Case(
      "one time for all packets is none", start: 0, (0..<14).map { _ in Packet(0) },
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 80, 120, 160, 200], length: 240),
  ]

  @Test("each packet's time and the length", arguments: cases)
  func places(_ film: Case) {
    let time = { (milliseconds: Int64?) in milliseconds.map(MediaTime.init(milliseconds:)) }
    var timeline = FilmTimeline(start: time(film.start), longestHole: .seconds(60), tracks: 2)
    let placed = film.packets.map { packet in
      timeline.place(
        .init(
          presentation: time(packet.shown), decode: time(packet.decode), duration: .milliseconds(packet.duration)),
        of: packet.track, interval: FrameRate.thirty.interval
      ).decode?.milliseconds
    }
    #expect(placed == film.right)
    #expect(Int64(timeline.length.inMilliseconds) == film.length)
  }
}
