internal import Interface
internal import Settings

/// The form for a new channel in the AWS account.
struct CreationForm: Equatable, Sendable {
  /// Its fields, from above.
  typealias Field = NewChannel.Field

  /// What a channel does with what it receives (`type` of the IVS API).
  static let types = [
    ("STANDARD", "transcoded, up to 8500 kbit/s"), ("BASIC", "not transcoded, up to 3500 kbit/s"),
    ("ADVANCED_SD", "transcoded to 480p, up to 8500 kbit/s"),
    ("ADVANCED_HD", "transcoded to 720p, up to 8500 kbit/s"),
  ]
  /// How far viewers are behind (`latencyMode` of the IVS API).
  static let latencies = [("LOW", "for talking with viewers"), ("NORMAL", "for watching alone")]

  var focus = Field.name
  private(set) var name = TextInput()
  private(set) var type = 0
  private(set) var latency = 0
  private(set) var submission = Submission()

  /// What a field says now.
  func value(_ field: Field) -> (text: String, hint: String) {
    switch field {
    case .name: (name.text, "letters, digits, - and _; may be empty")
    case .type: Self.types[type]
    case .latency: Self.latencies[latency]
    }
  }

  /// The channel as it is now.
  var channel: NewChannel {
    NewChannel(name: name.text, type: Self.types[type].0, latencyMode: Self.latencies[latency].0)
  }

  /// What is wrong with a field; `nil` if nothing is.
  func problem(_ field: Field) -> String? {
    submission.problem(field.rawValue) ?? (field == .name ? channel.problem : nil)
  }

  /// Takes what was asked, or came of it: a field that was refused gets the focus.
  mutating func take(_ submission: Submission) {
    self.submission = submission
    if let field = submission.refusal?.field.flatMap(Field.init(rawValue:)) { focus = field }
  }

  /// Types into the field that has the focus, or takes its next or previous choice.
  mutating func type(_ key: Key) {
    submission = Submission()
    let step =
      switch key {
      case .right, .character(" "): 1
      case .left: -1
      default: 0
      }
    switch focus {
    case .name: _ = name.handle(key)
    case .type: type = (type + step + Self.types.count) % Self.types.count
    case .latency: latency = (latency + step + Self.latencies.count) % Self.latencies.count
    }
  }

  /// Moves the focus.
  mutating func move(by step: Int) { focus = focus.moved(by: step) }
}

extension NewChannel.Field {
  var label: String {
    switch self {
    case .name: "Name"
    case .type: "Type"
    case .latency: "Latency"
    }
  }
}
