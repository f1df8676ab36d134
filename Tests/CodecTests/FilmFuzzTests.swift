import Foundation
import Media
import TestSupport
import Testing

@testable import Codec

@Suite("Films of random bytes and random times")
struct FilmFuzzTests {
  @Test(
    "whatever the stamps: no time lies far behind the ones before, and the length stays within what packets can fill")
  func stamps() async throws {
    try await Fuzz("film stamps", count: 2000).run { random in
      var timeline = FilmTimeline(
        start: MediaTime(nanoseconds: Int64(bitPattern: random.next())), longestHole: .seconds(60), tracks: 2)
      var newest = [MediaTime?](repeating: nil, count: 2)
      for _ in 0..<40 {
        let track = random.below(2)
        let placed = timeline.place(
          .init(presentation: time(&random), decode: time(&random), duration: duration(&random)), of: track,
          interval: .milliseconds(20))
        let decode = try #require(placed.decode)
        if let newest = newest[track] { #expect(newest - decode <= .seconds(21)) }
        newest[track] = max(newest[track] ?? decode, decode)
      }
      #expect((.zero ... .seconds(40 * 131)).contains(timeline.length))
    }
  }

  private func time(_ random: inout Fuzz.Random) -> MediaTime? {
    switch random.below(4) {
    case 0: nil
    case 1: MediaTime(nanoseconds: Int64(bitPattern: random.next()))
    default: MediaTime(milliseconds: Int64(random.below(200_000)) - 2000)
    }
  }

  private func duration(_ random: inout Fuzz.Random) -> Duration {
    random.below(3) == 0 ? .nanoseconds(Int64(bitPattern: random.next())) : .milliseconds(random.below(100))
  }

  @Test("a film with any bytes changed, or cut off anywhere, plays or is refused in words, and ends")
  func bytes() async throws {
    let directory = try ScratchDirectory()
    let films = try ["anamorphic.mp4", "oneframe.flv", "exif-rot6.jpg"].map { name in
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: FieldCase.film(name))))
    }
    let path = directory.file("film")
    try await Fuzz("films", count: 60).run { random in
      let film = Fuzz.mutated(films[random.below(films.count)], &random)
      try Data(film).write(to: URL(fileURLWithPath: path))
      do throws(CodecError) {
        var reader = try VideoFileReader(path)
        var pictures = 0
        while let picture = try reader.next() {
          pictures += 1
          #expect(picture.time >= .zero)
        }
        #expect(reader.length >= .milliseconds(100))
        #expect(pictures <= 400)
      } catch { #expect(error.description.contains(path) || error == .outOfMemory(what: "a picture")) }
    }
  }
}
