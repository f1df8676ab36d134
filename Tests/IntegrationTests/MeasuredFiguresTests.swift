import Foundation
import TestSupport
import Testing

@Suite("The status tells what was measured, and nothing else")
struct MeasuredFiguresTests {
  /// A film whose fourth of eight channels has a tone of -10.5 dBFS without a pause, as a sound card's input would.
  private static let film = FieldCase.film("ch8-only4.wav")

  /// The status lines of three seconds, without a console.
  private func statuses(_ inputs: String) async throws -> [[String: Any]] {
    let broadcast = try Broadcast(
      Broadcast.smallPicture + [
        "--microphone", "file:\(Self.film)", "--microphone-inputs", inputs, "--playback-port", "0", "--duration", "3s",
        "--json-status", "-",
      ], key: nil)
    #expect(try await broadcast.process.waitForExit(within: .seconds(20)) == .exit(0))
    return try broadcast.process.lines(of: .standardOutput).map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  private func peak(_ status: [String: Any]?) -> Double? {
    let levels = (status?["audio"] as? [String: Any])?["levels"] as? [String: Any]
    return (levels?["channels"] as? [[String: Any]])?.first?["peak"] as? Double
  }

  @Test(
    "levels of a microphone on input 4, and of an input that is silent",
    arguments: [("auto", true), ("4", true), ("1+2", false)])
  func levels(inputs: String, isHeard: Bool) async throws {
    let statuses = try await statuses(inputs)
    let first = try #require(statuses.first)
    #expect(peak(first) == nil, "levels before there was sound")
    let video = first["video"] as? [String: Any]
    let machine = first["machine"] as? [String: Any]
    for (part, name) in [(video, "framesPerSecond"), (video, "kilobitsPerSecond"), (machine, "processPercent")] {
      #expect(part != nil && part?[name] == nil, "\(name) before it was measured")
    }
    let last = statuses.last
    let found = try #require(peak(last))
    #expect(isHeard ? abs(found + 10.5) < 1 : found == -120, "\(found) dBFS")
    #expect(((last?["video"] as? [String: Any])?["framesPerSecond"] as? Double ?? 0) > 20)
    #expect(((last?["machine"] as? [String: Any])?["processPercent"] as? Double ?? 0) > 0)
    #expect((last?["choice"] as? [String: Any])?["microphoneInputs"] as? String == inputs)
  }
}
