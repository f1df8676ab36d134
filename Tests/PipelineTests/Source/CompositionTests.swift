import Testing

@testable import Pipeline

@Suite("What goes out in a slot")
struct CompositionTests {
  @Test(
    "the slate before all, then the source's, then what is held, else nothing yet",
    arguments: [
      (true, Composition.Offer.newPicture, true, Composition.slate), (true, .newPicture, false, .slate),
      (true, .lastPicture, true, .slate), (true, .lastPicture, false, .slate), (true, .nothing, true, .slate),
      (true, .nothing, false, .slate), (false, .newPicture, true, .live), (false, .newPicture, false, .live),
      (false, .lastPicture, true, .held), (false, .lastPicture, false, .held), (false, .nothing, true, .held),
      (false, .nothing, false, .nothingYet),
    ])
  func table(isSlate: Bool, offer: Composition.Offer, isHeld: Bool, expected: Composition) {
    #expect(Composition.decide(isSlate: isSlate, offer, isHeld: isHeld) == expected)
  }
}
