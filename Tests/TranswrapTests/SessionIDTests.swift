import Testing

@testable import Transwrap

@Suite("Session names")
struct SessionIDTests {
  @Test("each is another, has 22 characters of base64url, and is read as it was written")
  func fresh() {
    var seen: Set<SessionID> = []
    var characters: Set<Character> = []
    for _ in 0..<2000 {
      let id = SessionID()
      #expect(id.text.count == 22 && SessionID(id.text) == id)
      characters.formUnion(id.text)
      #expect(seen.insert(id).inserted)
    }
    #expect(characters.count == 64, "all of the alphabet is used")
  }

  @Test(
    "what cannot be one is none",
    arguments: [
      "", "short", "aaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaa=",
      "aaaaaaaaaaaaaaaaaaaaa+",
      "aaaaaaaaaaaaaaaaaaaaa/", "aaaaaaaaaaaaaaaaaaaaa ", "aaaaaaaaaaaaaaaaaaaaé", "aaaaaaaaaaaaaaaaaaaaa\n",
    ])
  func none(text: String) { #expect(SessionID(text) == nil) }

  @Test("printed, it shows too little to be used")
  func printed() throws {
    let id = try #require(SessionID("abcdefghijklmnopqrstuv"))
    #expect("\(id)" == "abcdef")
    #expect(String(describing: [id]) == "[abcdef]")
  }
}
