internal import Interface

/// The form for a new channel in the AWS account.
struct CreationForm: Equatable, Sendable {
  /// Its fields, from above.
  enum Field: Int, CaseIterable, Hashable, Sendable {
    case name, type, latency

    var label: String {
      switch self {
      case .name: "Name"
      case .type: "Type"
      case .latency: "Latency"
      }
    }
  }

  /// What a channel does with what it receives (`type` of the IVS API).
  static let types = [
    ("STANDARD", "transcoded, up to 8.5 Mbit/s"), ("BASIC", "not transcoded, up to 3.5 Mbit/s"),
    ("ADVANCED_SD", "transcoded to 480p, up to 8.5 Mbit/s"),
    ("ADVANCED_HD", "transcoded to 720p, up to 8.5 Mbit/s"),
  ]
  /// How far viewers are behind (`latencyMode` of the IVS API).
  static let latencies = [("LOW", "for talking with viewers"), ("NORMAL", "for watching alone")]

  var focus = Field.name
  private(set) var name = TextInput()
  private(set) var type = 0
  private(set) var latency = 0

  /// What a field says now.
  func value(_ field: Field) -> (text: String, hint: String) {
    switch field {
    case .name: (name.text, "letters, digits, - and _; may be empty")
    case .type: Self.types[type]
    case .latency: Self.latencies[latency]
    }
  }

  /// What is wrong with the name (`[a-zA-Z0-9-_]{0,128}`); `nil` if nothing is.
  var problem: String? {
    let text = name.text
    guard text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }) else {
      return "letters, digits, - and _ only"
    }
    return text.count > 128 ? "\(text.count) characters are too many: 128 is the most" : nil
  }

  /// The channel, if it can be made.
  var channel: NewChannel? {
    problem == nil
      ? NewChannel(name: name.text, type: Self.types[type].0, latencyMode: Self.latencies[latency].0) : nil
  }

  /// Types into the field that has the focus, or takes its next or previous choice.
  mutating func type(_ key: Key) {
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
  mutating func move(by step: Int) {
    let count = Field.allCases.count
    focus = Field(rawValue: (focus.rawValue + step + count) % count) ?? .name
  }
}
