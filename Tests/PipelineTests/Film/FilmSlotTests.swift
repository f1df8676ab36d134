import Codec
import Media
import TestSupport
import Testing

@testable import Pipeline

@Suite("Films on the session's slots: each is filled, and what is repeated is counted as that")
struct FilmSlotTests {
  /// What a film came to on the slots of a session.
  private struct Played {
    /// The film's time of the picture in each slot, from the first on.
    var slots: [MediaTime] = []
    /// The number of the first one.
    var first: Int64?
    var repeats = 0
    /// Slots that nothing was put into.
    var holes = 0
  }

  /// Plays a film on a clock that goes on by 1 ms at each turn, as fast as the film can be decoded.
  private func play(_ film: String, seconds: Double, rate: FrameRate = .thirty) async throws -> Played {
    let path = FieldCase.film(film)
    let feed = FilmReadAhead<FilmPicture>.pictures(of: path)
    let player = FilmPlayer(feed, on: FilmClock())
    while !feed.isAnswered { await Task.yield() }
    player.begin(at: .zero)
    var slots = FrameSlots(rate: rate)
    var played = Played()
    var isStill = false
    var now = MediaTime.zero
    while now.seconds < seconds {
      // The clock stands while the film is decoded.
      while !isStill, feed.first == nil { await Task.yield() }
      if case .still? = feed.first { isStill = true }
      switch try FilmStep.decide(player, &slots, origin: .zero, at: now) {
      case .show(let picture, let slot, let missing):
        if played.first == nil { played.first = slot - missing }
        again(Int(missing), before: slot, &played)
        put(picture.time, in: slot, &played)
      case .again(let slot):
        again(1, before: slot + 1, &played)
      case .wait:
        if let slot = slots.takeOverdue(at: now) { again(1, before: slot + 1, &played) }
        now = now + .milliseconds(1)
      }
    }
    return played
  }

  private func again(_ count: Int, before slot: Int64, _ played: inout Played) {
    for missing in slot - Int64(count)..<slot {
      played.repeats += 1
      put(played.slots.last ?? .zero, in: missing, &played)
    }
  }

  private func put(_ time: MediaTime, in slot: Int64, _ played: inout Played) {
    if slot != (played.first ?? 0) + Int64(played.slots.count) { played.holes += 1 }
    played.slots.append(time)
  }

  @Test(
    "every slot is filled in time, loop after loop, by the picture that belongs there",
    arguments: [
      ("base.mp4", 4.0), ("vfr.mp4", 6.0), ("lateaudio.mp4", 6.0), ("truncated-faststart.mp4", 2.5),
      ("ts-sizechange.ts", 8.04), ("ts-jump-forward.ts", 3.37), ("rpicam.h264", 4.0), ("mkv-start3600.mkv", 4.0),
      ("flv-duration-86400.flv", 4.0),
    ])
  func fills(_ film: String, _ length: Double) async throws {
    let seconds = length * 2.5
    let played = try await play(film, seconds: seconds)
    #expect(played.holes == 0)
    #expect(abs(played.slots.count - Int(seconds * 30)) <= 3, "\(played.slots.count) slots in \(seconds) s")
    // The film's own time goes on with the session's, and begins anew after its length.
    let starts = zip(played.slots.indices.dropFirst(), zip(played.slots.dropFirst(), played.slots))
      .filter { $0.1.0 < $0.1.1 }.map(\.0)
    try #require(starts.count == 2, "\(starts)")
    #expect(abs(Double(starts[0]) / 30 - length) < 0.1)
    #expect(abs(Double(starts[1]) / 30 - 2 * length) < 0.1)
  }

  @Test("one picture fills every slot")
  func stills() async throws {
    for film in ["oneframe.flv", "exif-rot6.jpg"] {
      let played = try await play(film, seconds: 10)
      #expect(played.holes == 0)
      #expect(abs(played.slots.count - 300) <= 3)
      #expect(played.repeats == played.slots.count - 1)
    }
  }

  @Test("a film at the session's rate needs no repeats; one at 25 gives five of them a second to 30")
  func rates() async throws {
    #expect(try await play("base.mp4", seconds: 20, rate: FrameRate(25) ?? .thirty).repeats <= 1)
    let played = try await play("base.mp4", seconds: 20)
    #expect((98...102).contains(played.repeats), "\(played.repeats)")
  }
}
