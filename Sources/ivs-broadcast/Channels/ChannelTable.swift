internal import IVS

/// Channels as a table for people.
///
/// Pure.
struct ChannelTable {
  private let table: TextTable
  private let hasWholeARNs: Bool

  private static let columns: [TextTable.Column] = [
    .init(title: "NAME", least: 10, wish: 24), .init(title: "TYPE", importance: 1),
    .init(title: "LATENCY", importance: 0), .init(title: "STATE"), .init(title: "HEALTH", importance: 4),
    .init(title: "VIEWERS", importance: 3), .init(title: "MARKS", importance: 2), .init(title: "ARN"),
  ]

  /// - Parameters:
  ///   - channels: that the widths are taken from; those that come later are cut to them on a terminal.
  ///   - width: of the terminal; `nil` elsewhere.
  init(_ channels: [(channel: IVSChannel, state: LiveState)], width: Int?) {
    let whole = channels.map { Self.cells($0.channel, $0.state, hasWholeARN: true) }
    hasWholeARNs = TextTable.fits(Self.columns, whole, width: width)
    let rows = hasWholeARNs ? whole : channels.map { Self.cells($0.channel, $0.state, hasWholeARN: false) }
    table = TextTable(Self.columns, rows, width: width)
  }

  /// The titles.
  var header: String { table.header }

  /// A channel.
  func line(_ channel: IVSChannel, _ state: LiveState) -> String {
    table.line(Self.cells(channel, state, hasWholeARN: hasWholeARNs))
  }

  private static func cells(_ channel: IVSChannel, _ state: LiveState, hasWholeARN: Bool) -> [String] {
    [
      channel.name.ifNotEmpty ?? "(no name)", (channel.type ?? channel.kind.rawValue).optionWord,
      channel.latencyMode?.lowercased() ?? "", stateWord(state), state.stream?.healthWord ?? "",
      state.stream?.viewers.map(String.init) ?? "", marks(channel),
      hasWholeARN ? channel.arn.text : "…/\(channel.arn.id)",
    ]
  }

  private static func stateWord(_ state: LiveState) -> String {
    switch state {
    case .live: "live"
    case .offline: "-"
    case .unknown: "?"
    }
  }

  /// What is not as usual: recorded, in the clear, with tokens.
  private static func marks(_ channel: IVSChannel) -> String {
    var marks: [String] = []
    if channel.recordingConfigurationArn.ifNotEmpty != nil { marks.append("recorded") }
    if channel.insecureIngest == true { marks.append("insecure") }
    if channel.authorized == true { marks.append("private") }
    return marks.joined(separator: ",")
  }
}

/// Chooses channels by what a person typed.
enum ChannelFilter {
  /// Whether a part of the name or of the ARN is that text, whatever its case.
  static func matches(_ channel: IVSChannel, _ filter: String?) -> Bool {
    guard let wanted = filter?.lowercased(), !wanted.isEmpty else { return true }
    return (channel.name ?? "").lowercased().contains(wanted) || channel.arn.text.lowercased().contains(wanted)
  }
}

extension Int {
  /// `1,200`.
  var grouped: String {
    var text = ""
    for (place, digit) in String(magnitude).reversed().enumerated() {
      if place > 0, place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (self < 0 ? "-" : "") + String(text.reversed())
  }
}
