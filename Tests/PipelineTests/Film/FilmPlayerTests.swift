import Media
import Settings
import Synchronization
import Testing

@testable import Pipeline

/// A film that a test writes, played on a clock that a test turns.
private final class HandMade {
  let feed = FilmReadAhead<String>(capacity: 100)
  let player: FilmPlayer<String>

  init(_ clock: FilmClock = FilmClock(), start: MediaTime = .zero) {
    player = FilmPlayer(feed, on: clock)
    player.begin(at: start)
  }

  func put(_ events: FilmReadAhead<String>.Event...) {
    for event in events { _ = feed.put(event) }
  }

  /// What comes next at a time in ms, and when it is due.
  func next(at milliseconds: Int64) throws -> String? {
    try player.next(at: MediaTime(milliseconds: milliseconds)).map { "\($0.item) at \($0.due.milliseconds)" }
  }
}

private struct Broken: Error {}

@Suite("Film player: what comes next, on a clock of the test's own")
struct FilmPlayerTests {
  private func item(_ name: String, _ milliseconds: Int64) -> FilmReadAhead<String>.Event {
    .item(name, MediaTime(milliseconds: milliseconds))
  }

  @Test("a loop follows the other after what was delivered")
  func loops() throws {
    let film = HandMade(start: MediaTime(milliseconds: 1000))
    film.put(item("a", 0), item("b", 40), .end(.milliseconds(100)), item("a", 0))
    #expect(try film.next(at: 1000) == "a at 1000")
    #expect(try film.next(at: 1001) == "a at 1000")
    film.player.drop()
    #expect(try film.next(at: 1010) == "b at 1040")
    film.player.drop()
    #expect(try film.next(at: 1041) == "a at 1100")
  }

  @Test("a film that fails says why, once what was read before is through")
  func fails() throws {
    let film = HandMade()
    film.put(item("a", 0), .failed(Broken()))
    #expect(try film.next(at: 0) == "a at 0")
    film.player.drop()
    let failure = #expect(throws: SourceFailure.self) { try film.next(at: 100) }
    #expect(failure?.isLoss == true)
    #expect(failure?.reason.description == "internal error: Broken()")
  }

  @Test("a film that gives nothing goes on where it was")
  func hangs() throws {
    let film = HandMade()
    film.put(item("a", 0))
    #expect(try film.next(at: 0) == "a at 0")
    film.player.drop()
    for time in stride(from: Int64(50), to: 60_000, by: 50) {
      #expect(try film.next(at: time) == nil)
      #expect(film.player.isStarved)
    }
    film.put(item("b", 40), item("c", 80))
    #expect(try film.next(at: 60_000) == "b at 60000")
    #expect(!film.player.isStarved)
    film.player.drop()
    #expect(try film.next(at: 60_001) == "c at 60040")
  }

  @Test("a still stays without being lost, and another one takes its place")
  func still() throws {
    let film = HandMade()
    film.put(item("a", 0), .still)
    #expect(try film.next(at: 0) == "a at 0")
    film.player.drop()
    for time in stride(from: Int64(1), to: 3_600_000, by: 10_000) { #expect(try film.next(at: time) == nil) }
    #expect(!film.player.isStarved)
    film.put(item("b", 0), .still)
    #expect(try film.next(at: 3_600_000) == "b at 3600000")
  }

  @Test("picture and sound keep their distance over twenty loops, whoever comes to the end first")
  func together() throws {
    let clock = FilmClock()
    let (video, audio) = (HandMade(clock), HandMade(clock, start: MediaTime(milliseconds: 7)))
    for loop in Int64(0)...20 {
      let (first, second) = loop.isMultiple(of: 3) ? (video, audio) : (audio, video)
      for film in [first, second] {
        film.put(item("x", 0))
        #expect(try film.next(at: loop * 4021) == "x at \(loop * 4021)")
        film.player.drop()
        film.put(.end(.milliseconds(4021)))
        #expect(try film.next(at: loop * 4021 + 3000) == nil)
      }
    }
  }

  @Test("who begins anew takes the other one along")
  func takesAlong() throws {
    let clock = FilmClock()
    let (video, audio) = (HandMade(clock), HandMade(clock))
    for film in [video, audio] {
      film.put(item("a", 0), item("late", 3_000_000))
      #expect(try film.next(at: 0) == "a at 0")
      film.player.drop()
    }
    #expect(try video.next(at: 10_000) == "late at 3000000")
    video.player.drop()
    video.put(.failed(Broken()))
    #expect(throws: SourceFailure.self) { try video.next(at: 10_000) }
    let again = HandMade(clock, start: MediaTime(milliseconds: 11_000))
    again.put(item("a", 0))
    #expect(try again.next(at: 11_000) == "a at 11000")
    #expect(try audio.next(at: 11_100) == "late at 3000000")
    // The rest of what it read ahead is let go.
    #expect(try audio.next(at: 11_600) == nil)
    audio.put(item("a", 0))
    _ = try audio.next(at: 11_700)
    audio.put(item("a", 0))
    #expect(try audio.next(at: 11_700) == "a at 11000")
  }

  @Test("a film chosen for the picture whose sound is on air begins anew for both")
  func joins() {
    let clock = FilmClock()
    #expect(clock.join(at: .zero) == .init(number: 0, start: .zero))
    #expect(clock.join(at: MediaTime(milliseconds: 1500)) == .init(number: 0, start: .zero))
    let later = MediaTime(milliseconds: 60_000)
    #expect(clock.join(at: later) == .init(number: 1, start: later))
    #expect(clock.overtaking(0, at: later + .seconds(1)) == .init(number: 1, start: later))
    #expect(clock.overtaking(1, at: later + .seconds(1)) == nil)
  }
}
