import Foundation
import Interface
import Media
import Settings
import TestSupport
import Testing

@testable import Control

@Suite("Hostile lines to a broadcaster")
struct ControlFuzzTests {
  private static let lines = [
    #"{"id":1,"do":"mute on"}"#, #"{"id":2,"status":true}"#, #"{"watch":true}"#, #"{"id":9,"do":"gain -3.5"}"#,
    #"{"do":"metadata {\"a\": 1}"}"#, #"{"do":"mark kick-off","x":[1,{"y":null}]}"#, #"{"do":"go-live takeover"}"#,
  ].map { Array($0.utf8) }

  @Test("damaged requests are requests or are refused in one short line, and never a trap")
  func requests() async throws {
    await Fuzz("control requests", count: 6000).run { random in
      let line = Fuzz.mutated(Self.lines[random.below(Self.lines.count)], &random)
      do throws(ControlRequest.Refusal) { _ = try ControlRequest(parsing: line) } catch { Self.check(error.failure) }
    }
  }

  @Test("any text after any word is an intent within its bounds or refused in one short line")
  func commands() async throws {
    await Fuzz("control commands", count: 6000).run { random in
      let entry = IntentGrammar.entries[random.below(IntentGrammar.entries.count)]
      let argument = String(
        decoding: Fuzz.mutated(Array("on -3 nan 1e999 0x10 ٣ takeover".utf8), &random), as: UTF8.self)
      do throws(OperatorFailure) {
        switch try IntentGrammar.parse("\(entry.word) \(argument)") {
        case .gain(let decibels): #expect((-60...30).contains(decibels))
        case .videoBitrate(let kilobits): #expect((100...8500).contains(kilobits))
        case .mark(let text), .camera(let text), .microphone(let text), .metadata(let text):
          #expect((1...IntentGrammar.textBytes).contains(text.utf8.count))
        default: break
        }
      } catch { Self.check(error) }
    }
  }

  @Test("answers that are no answers are none, and never a trap")
  func answers() async throws {
    var status = BroadcastStatus()
    status.phase = .live
    let whole = ControlAnswer.status(id: 3, status).line
    await Fuzz("control answers", count: 1500).run { random in
      _ = ControlAnswer(parsing: Fuzz.mutated(whole, &random))
    }
  }

  @Test(
    "JSON without end is refused",
    arguments: ["[", "{\"a\":", "[{\"a\":", "\"\\u0000", "-", "1", "{\"do\":\"", "\u{FEFF}"])
  func endless(_ piece: String) {
    let line = String(repeating: piece, count: ControlProtocol.requestBytes / piece.utf8.count)
    do {
      _ = try ControlRequest(parsing: Array(line.utf8))
      Issue.record("taken")
    } catch { Self.check(error.failure) }
  }

  private static func check(_ failure: OperatorFailure) {
    #expect(failure.exitStatus == .usage)
    #expect(failure.description.utf8.count < 1000 && !failure.description.contains { $0.isNewline })
  }
}
