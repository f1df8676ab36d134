import Media
import Synchronization
import Testing

@testable import Broadcast

/// A film that a test writes, played on a clock that a test turns.
private final class HandMade {
  private(set) var feeds: [FilmFeed<String>] = []
  private(set) var reports: [FilmPlayer<String>.Report] = []
  let clock: FilmClock
  var player: FilmPlayer<String>

  init(_ clock: FilmClock = FilmClock(), start: MediaTime = .zero) {
    self.clock = clock
    let (opened, said) = (Box<[FilmFeed<String>]>([]), Box<[FilmPlayer<String>.Report]>([]))
    player = FilmPlayer(
      clock: clock,
      open: {
        let feed = FilmFeed<String>(capacity: 100)
        opened.value.append(feed)
        return feed
      }, report: { said.value.append($0) })
    (feedBox, reportBox) = (opened, said)
    player.begin(at: start)
  }

  private final class Box<Value> {
    var value: Value
    init(_ value: Value) { self.value = value }
  }

  private let feedBox: Box<[FilmFeed<String>]>
  private let reportBox: Box<[FilmPlayer<String>.Report]>

  var opened: Int { feedBox.value.count }
  var said: [FilmPlayer<String>.Report] { reportBox.value }

  func put(_ events: FilmFeed<String>.Event...) {
    for event in events { _ = feedBox.value.last?.put(event) }
  }

  /// What comes next at a time in ms, and when it is due.
  func next(at milliseconds: Int64) -> String? {
    player.next(at: MediaTime(milliseconds: milliseconds)).map { "\($0.item) at \($0.due.milliseconds)" }
  }
}

private struct Broken: Error {}

@Suite("Film player: what comes next, on a clock of the test's own")
struct FilmPlayerTests {
  private func item(_ name: String, _ milliseconds: Int64) -> FilmFeed<String>.Event {
    .item(name, MediaTime(milliseconds: milliseconds))
  }

  @Test("a loop follows the other after what was delivered")
  func loops() {
    let film = HandMade(start: MediaTime(milliseconds: 1000))
    film.put(.opened("film"), item("a", 0), item("b", 40), .end(.milliseconds(100)), item("a", 0))
    #expect(film.next(at: 1000) == "a at 1000")
    #expect(film.next(at: 1001) == "a at 1000")
    film.player.drop()
    #expect(film.next(at: 1010) == "b at 1040")
    film.player.drop()
    #expect(film.next(at: 1041) == "a at 1100")
    #expect(film.said == [.opened("film")])
  }

  @Test("a film that fails is opened again each second, and begins anew")
  func fails() {
    let film = HandMade()
    film.put(item("a", 0))
    #expect(film.next(at: 0) == "a at 0")
    film.player.drop()
    film.put(.failed(Broken()))
    #expect(film.next(at: 100) == nil)
    #expect(film.opened == 1)
    #expect(film.next(at: 1099) == nil)
    #expect(film.opened == 1)
    #expect(film.next(at: 1100) == nil)
    #expect(film.opened == 2)
    film.put(.failed(Broken()))
    #expect(film.next(at: 1200) == nil)
    #expect(film.next(at: 5000) == nil)
    #expect(film.opened == 3)
    film.put(.opened("film"), item("a", 0))
    #expect(film.next(at: 5100) == "a at 5100")
    let lost = FilmPlayer<String>.Report.lost("internal error: Broken()")
    #expect(film.said == [lost, .back])
  }

  @Test("a film that gives nothing for 3 s is lost once, and goes on where it was")
  func hangs() {
    let film = HandMade()
    film.put(item("a", 0))
    #expect(film.next(at: 0) == "a at 0")
    film.player.drop()
    #expect(film.next(at: 2900) == nil)
    #expect(film.said.isEmpty)
    for time in stride(from: Int64(3100), to: 60_000, by: 50) { #expect(film.next(at: time) == nil) }
    #expect(film.said == [.lost("it gives nothing: check the disk or network it is on")])
    film.put(item("b", 40), item("c", 80))
    #expect(film.next(at: 60_000) == "b at 60000")
    film.player.drop()
    #expect(film.next(at: 60_001) == "c at 60040")
    #expect(film.said.last == .back)
    #expect(film.opened == 1)
  }

  @Test("a still stays without being lost, and another one takes its place")
  func still() {
    let film = HandMade()
    film.put(item("a", 0), .still)
    #expect(film.next(at: 0) == "a at 0")
    film.player.drop()
    for time in stride(from: Int64(1), to: 3_600_000, by: 10_000) { #expect(film.next(at: time) == nil) }
    #expect(film.said.isEmpty)
    film.put(item("b", 0), .still)
    #expect(film.next(at: 3_600_000) == "b at 3600000")
  }

  @Test("picture and sound keep their distance over twenty loops, whoever comes to the end first")
  func together() {
    let clock = FilmClock()
    let (video, audio) = (HandMade(clock), HandMade(clock, start: MediaTime(milliseconds: 7)))
    for loop in Int64(0)...20 {
      let (first, second) = loop.isMultiple(of: 3) ? (video, audio) : (audio, video)
      for film in [first, second] {
        film.put(item("x", 0))
        #expect(film.next(at: loop * 4021) == "x at \(loop * 4021)")
        film.player.drop()
        film.put(.end(.milliseconds(4021)))
        #expect(film.next(at: loop * 4021 + 3000) == nil)
      }
    }
  }

  @Test("who begins anew takes the other one along")
  func takesAlong() {
    let clock = FilmClock()
    let (video, audio) = (HandMade(clock), HandMade(clock))
    for film in [video, audio] {
      film.put(item("a", 0), item("late", 3_000_000))
      #expect(film.next(at: 0) == "a at 0")
      film.player.drop()
    }
    #expect(video.next(at: 10_000) == "late at 3000000")
    video.player.drop()
    video.put(.failed(Broken()))
    #expect(video.next(at: 10_000) == nil)
    #expect(video.next(at: 11_000) == nil)
    video.put(item("a", 0))
    #expect(video.next(at: 11_000) == "a at 11000")
    #expect(audio.next(at: 11_100) == "late at 3000000")
    // The rest of what it read ahead is let go.
    #expect(audio.next(at: 11_600) == nil)
    audio.put(item("a", 0))
    _ = audio.next(at: 11_700)
    audio.put(item("a", 0))
    #expect(audio.next(at: 11_700) == "a at 11000")
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
