import Media
import Testing

@Suite("Which inputs are heard")
struct InputChoiceTests {
  @Test(
    "as people write it, and back",
    arguments: [
      ("auto", InputChoice.auto, 1), ("1", .single(1), 1), ("4", .single(4), 4), ("64", .single(64), 64),
      ("1+2", .pair(left: 1, right: 2), 2), ("7+3", .pair(left: 7, right: 3), 7), ("2+2", .pair(left: 2, right: 2), 2),
    ])
  func parsing(text: String, choice: InputChoice, needed: Int) {
    #expect(InputChoice(parsing: text) == choice)
    #expect("\(choice)" == text)
    #expect(choice.inputsNeeded == needed)
  }

  @Test(
    "what is none",
    arguments: [
      "", "0", "65", "-1", "+1", "1+", "1+2+3", "1,2", "1 + 2", "Auto", "four", "1.5", "٤", "99999999999999999999",
    ])
  func refused(text: String) { #expect(InputChoice(parsing: text) == nil) }
}
