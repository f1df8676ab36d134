internal import Interface
internal import Settings

/// The form for a channel that is not in the menus.
struct ChannelForm: Equatable, Sendable {
  /// Its fields, from above.
  typealias Field = ChannelProfile.Field

  var focus = Field.name
  /// Said below the fields, such as where a pasted key went.
  var notice: String?
  /// Set once saving was tried: then missing fields are named too.
  var isSubmitted = false
  private(set) var submission = Submission()
  private var inputs: [Field: TextInput] = [:]

  init(name: String = "", ingest: String = "") {
    inputs[.name] = TextInput(name)
    inputs[.ingest] = TextInput(ingest)
    if !name.isEmpty { focus = ingest.isEmpty ? .ingest : .key }
  }

  /// What a field is called: a proxy wants a token where an ingest wants a key.
  func label(_ field: Field) -> String {
    field == .key && self[.ingest].text.lowercased().hasPrefix("ws") && !self[.ingest].text.contains("/rtmps/")
      ? "Token" : field.label
  }

  subscript(field: Field) -> TextInput { inputs[field] ?? TextInput() }

  /// Takes what was asked, or came of it: a field that was refused gets the focus.
  mutating func take(_ submission: Submission) {
    self.submission = submission
    notice = nil
    if let field = submission.refusal?.field.flatMap(Field.init(rawValue:)) { focus = field }
  }

  /// Types into the field that has the focus; `false` where the key means nothing in it.
  mutating func type(_ key: Key) -> Bool {
    var input = self[focus]
    guard input.handle(key) else { return false }
    submission = Submission()
    inputs[focus] = input
    notice = nil
    if focus == .ingest { moveKey() }
    return true
  }

  /// Moves the focus.
  mutating func move(by step: Int) { focus = focus.moved(by: step) }

  /// Takes a stream key out of the URL, where whole links are pasted, and puts it where it belongs.
  private mutating func moveKey() {
    let text = self[.ingest].text
    guard let slash = text.firstRange(of: "/sk_") else { return }
    inputs[.ingest] = TextInput(String(text[..<slash.lowerBound]) + "/")
    inputs[.key] = TextInput("sk_" + text[slash.upperBound...])
    focus = .key
    notice = "the stream key was moved out of the URL"
  }
}

extension ChannelProfile.Field {
  var label: String {
    switch self {
    case .name: "Name"
    case .ingest: "Ingest URL"
    case .key: "Stream key"
    case .playback: "Playback URL"
    }
  }

  /// What a field is for; of an ingest what is to be known of it.
  func hint(_ text: String) -> String {
    switch self {
    case .name: "what menus and settings call it"
    case .ingest where ["rtmp://", "ws://"].contains(where: text.lowercased().hasPrefix):
      "key and picture go in the clear; rtmps:// and wss:// encrypt them"
    case .ingest: "rtmps://host:443/app, srt://host:9000 or wss:// proxy"
    case .key: "never shown, kept with mode 0600"
    case .playback: "optional: where to watch"
    }
  }
}

extension CaseIterable where Self: Equatable, AllCases == [Self] {
  /// The one that many steps further down, around.
  func moved(by step: Int) -> Self {
    let all = Self.allCases
    return all[((all.firstIndex(of: self) ?? 0) + step + all.count) % all.count]
  }
}
