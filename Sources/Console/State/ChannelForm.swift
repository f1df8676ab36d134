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
  /// The name of a saved channel that may be replaced: its operator was told so.
  var replaces: String?
  /// A saved channel that is changed: its name stays, and so does its key where none is typed.
  let edited: Edited?
  private var inputs: [Field: TextInput] = [:]

  /// What a channel is that is changed.
  struct Edited: Equatable, Sendable {
    let hasKey: Bool
    let arn: String?
  }

  init(name: String = "", ingest: String = "") {
    edited = nil
    inputs[.name] = TextInput(name)
    inputs[.ingest] = TextInput(ingest)
    if !name.isEmpty { focus = ingest.isEmpty ? .ingest : .key }
  }

  /// Changes a saved channel.
  init(editing channel: Offers.Channel) {
    edited = Edited(hasKey: channel.hasKey, arn: channel.arn)
    inputs[.name] = TextInput(channel.name)
    inputs[.ingest] = TextInput(channel.detail)
    inputs[.playback] = TextInput(channel.playbackURL ?? "")
    focus = .ingest
  }

  /// Whether something would be lost if it were closed.
  var hasText: Bool { edited == nil ? inputs.values.contains { !$0.isEmpty } : isChanged }
  private var isChanged = false

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
    guard edited == nil || focus != .name else { return false }
    var input = self[focus]
    guard input.handle(key) else { return false }
    submission = Submission()
    inputs[focus] = input
    isChanged = true
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

extension ChannelForm {
  /// What stands below a field while nothing is wrong with it.
  func hints(_ field: Field) -> [String] {
    switch (field, edited) {
    case (.name, .some): ["The name stays; a new channel can have another one"]
    case (.key, .some(let edited)) where edited.hasKey && self[.key].isEmpty: ["empty keeps the one that is saved"]
    default: field.hints(self[field].text)
    }
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
  ///
  /// The first that has room is shown.
  func hints(_ text: String) -> [String] {
    switch self {
    case .name: ["The name shown in menus and settings"]
    case .ingest where ["rtmp://", "ws://"].contains(where: text.lowercased().hasPrefix):
      [
        "Not encrypted: anyone on the network can read \(text.lowercased().hasPrefix("ws") ? "the token" : "the key") and the video. Use rtmps:// or wss://.",
        "Not encrypted! Use rtmps:// or wss://.",
      ]
    case .ingest: ["rtmps://host:443/app, srt://host:9000 or wss:// proxy", "rtmps://host:443/app, srt://, wss://"]
    case .key: ["never shown, kept with mode 0600"]
    case .playback: ["optional: where to watch"]
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
