import Testing

@testable import ivs_broadcast

@Suite("A table of text")
struct TextTableTests {
  @Test("x") func x() { #expect(1.grouped == "1") }
}
