/// A list to choose from; its entries are made from the state whenever they are needed, so they are never stale.
struct Menu: Equatable, Sendable {
  /// What is chosen.
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case camera, microphone, inputs, channel, video, bitrate, preset, eventFilter, keys, goLive
  }

  let kind: Kind
  /// The identifier of the entry under the cursor; `nil` takes the chosen one.
  var selection: String?
  /// Only entries with this text are shown.
  var filter = TextInput()
  /// Keys go into the filter.
  var isFiltering = false

  init(_ kind: Kind, selection: String? = nil) {
    self.kind = kind
    self.selection = selection
  }

  /// Whether what is typed looks for an entry at once: where there may be thousands, and however many there are, so
  /// that a letter never means two things in one menu.
  var findsAsTyped: Bool { kind == .channel }

  /// Whether Esc ends a search before it closes the menu.
  var isSearching: Bool { findsAsTyped ? !filter.isEmpty : isFiltering }

  /// What has the keys.
  var context: KeyContext { findsAsTyped ? .finding : isFiltering ? .filtering : .list }
}

/// One entry of a menu.
struct MenuEntry: Equatable, Sendable {
  /// What is sent for it; unique within its menu.
  let identifier: String
  let title: String
  var detail = ""
  /// What the line below the list says of it.
  var explanation = ""
  var isChosen = false
  /// Why it cannot be chosen.
  var refusal: String?
  /// What a short text is looked for in beside the title; `nil` where that is the detail.
  var keywords: String?
  /// Somebody sends to this channel.
  var isLive = false
}
