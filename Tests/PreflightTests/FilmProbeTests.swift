import TestSupport
import Testing

@testable import Preflight

@Suite("Check of a film: what it is, how long it is in truth, what is odd")
struct FilmProbeTests {
  @Test(
    "each film in words",
    arguments: [
      ("base.mp4", "320x180 h264 at 25 fps, 4 s"),
      ("rot90.mp4", "320x180 h264 at 25 fps, 4 s, turned by 270°"),
      ("anamorphic.mp4", "360x288 h264 at 25 fps, 4 s, pixels of 64:45, no sound"),
      ("interlaced.mpg", "320x240 mpeg2video at 25 fps, 1.5 s, interlaced, no sound"),
      ("exif-rot6.jpg", "320x180 mjpeg, one picture, turned by 90°"),
      ("rpicam.h264", "320x180 h264 at 25 fps, 4 s, no sound"),
      ("oneframe.flv", "320x180 h264, one picture"),
    ])
  func words(_ film: String, _ words: String) throws {
    let path = FieldCase.film(film)
    #expect(try FilmProbe.look(path) == .pass("\(path): \(words)"))
  }

  @Test("a header that promises more than there is gets a warning, with both lengths")
  func headers() throws {
    for (film, words, stated) in [
      ("flv-duration-86400.flv", "4 s", "24 h"), ("truncated-faststart.mp4", "2.5 s", "4 s"),
    ] {
      let found = try FilmProbe.look(FieldCase.film(film))
      #expect(found.verdict == .warn)
      #expect(found.cause.hasSuffix("\(words); its header says \(stated)"), "\(found.cause)")
      #expect(found.remedy == "it loops after the \(words) that are there; if it was cut off, copy it again")
    }
  }

  @Test("jumps of its clock and pictures that stay long are named")
  func oddities() throws {
    #expect(try FilmProbe.look(FieldCase.film("ts-jump-forward.ts")).cause.contains(", a jump of its clock"))
    #expect(try FilmProbe.look(FieldCase.film("vfr.mp4")).cause.contains(", pictures stay for up to 2 s"))
  }
}
