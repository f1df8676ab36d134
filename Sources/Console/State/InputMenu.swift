internal import Interface
internal import Media

/// Which inputs of the microphone's card are heard, with what it means.
enum InputMenu {
  /// So many are listed where nothing is known of the card; others can be typed after `:inputs`.
  private static let listed = 8

  static func entries(_ status: BroadcastStatus) -> [MenuEntry] {
    let chosen = status.choice.microphoneInputs
    let count = min(max(status.audio.inputs ?? listed, 2), InputChoice.most)
    var entries = [
      MenuEntry(
        identifier: "auto", title: "auto", detail: "whatever sounds",
        explanation: "One input on both sides, two as left and right, of more the mix of those that sound.",
        isChosen: chosen == "auto")
    ]
    entries += stride(from: 1, to: count, by: 2).map { left in
      entry("\(left)+\(left + 1)", "left and right", chosen)
    }
    entries += (1...count).map { entry("\($0)", "on both sides", chosen) }
    if !entries.contains(where: \.isChosen) { entries.append(entry(chosen, "as it was said", chosen)) }
    return entries
  }

  private static func entry(_ text: String, _ detail: String, _ chosen: String) -> MenuEntry {
    MenuEntry(identifier: text, title: text, detail: detail, isChosen: text == chosen)
  }
}
