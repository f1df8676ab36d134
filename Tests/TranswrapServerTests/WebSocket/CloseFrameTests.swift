import NIOCore
import Testing
import Transwrap

@testable import TranswrapServer

@Suite("What a close frame says")
struct CloseFrameTests {
  /// The code, the reason, and how many bytes both take.
  private func payload(_ reason: String) -> String {
    var bytes = ClientLink.Close(code: .busy, reason: reason).payload
    let count = bytes.readableBytes
    let code = bytes.readInteger(as: UInt16.self) ?? 0
    return "\(code) '\(String(validating: bytes.readableBytesView, as: UTF8.self) ?? "no UTF-8")' \(count)"
  }

  @Test("the code and the reason, cut off between two characters where a control frame has no more room")
  func reasons() {
    #expect(payload("") == "1013 '' 2")
    #expect(payload("no room") == "1013 'no room' 9")
    let long = String(repeating: "ä", count: 100)
    let most = String(repeating: "ä", count: 61)
    #expect(payload(long) == "1013 '\(most)' 124")
    #expect(payload("x" + long) == "1013 'x\(most)' 125")
    // What comes after the cut is left out, be it short enough.
    #expect(payload(long + "x") == "1013 '\(most)' 124")
  }
}
