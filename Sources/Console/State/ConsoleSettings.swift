public import Interface

/// Where the program keeps what it writes; empty where it does not.
public struct Places: Equatable, Sendable {
  /// The log's file.
  public var log = ""
  /// The settings file.
  public var settings = ""
  /// The file of saved channels.
  public var channels = ""
  /// Nowhere.
  public init() {}
}

/// What the operator or the settings file decided about the console itself.
public struct ConsoleSettings: Equatable, Sendable {
  /// Shows the picture.
  public var isPictureOn = true
  /// Shows it as in a mirror; what is sent is not mirrored.
  public var isMirrored = false
  /// Time per column of the bitrate graph.
  public var graphScale = GraphScale.second
  /// Events below this are not shown.
  public var eventSeverity = BroadcastEvent.Severity.info
  /// Watches and changes nothing.
  public var isReadOnly = false
  /// Whether the broadcast ends with the console; not so where it only looks at a broadcaster that runs elsewhere.
  public var isWatching = false
  /// Whether the broadcast ends with this program.
  var endsBroadcastOnQuit: Bool { !isWatching }
  /// Where the program keeps what it writes.
  public var places = Places()
  /// What the terminal can show.
  public var traits: TerminalTraits

  /// The defaults, on such a terminal.
  public init(traits: TerminalTraits) { self.traits = traits }
}
