public import Interface
public import Media

/// Everything that the console shows, as a value; a key is in it only while it is typed, and in no description.
public struct ConsoleState: Equatable, Sendable {
  /// The last status of the broadcast.
  public internal(set) var status = BroadcastStatus()
  /// The terminal's size.
  public internal(set) var size: ScreenSize
  /// The time of the last status.
  public internal(set) var now = MediaTime.zero
  /// What was decided about the console itself.
  public internal(set) var settings: ConsoleSettings
  /// The keys.
  public internal(set) var keymap: Keymap
  /// The panel with the focus.
  public internal(set) var focus = Panel.picture
  /// Whether the panel with the focus has the place of all.
  public internal(set) var isZoomed = false

  /// Whether a search or a severity hides events.
  var isFilteringEvents: Bool { !events.search.isEmpty || ![.debug, .info].contains(settings.eventSeverity) }
  /// The picture, as large as its panel.
  public internal(set) var picture: PictureCells?
  /// The code that was asked for.
  public internal(set) var code: PictureCells?

  /// What is live in other processes of this machine.
  public internal(set) var others: [LiveElsewhere] = []

  var history = BitrateHistory()
  var losses = LossWindow()
  var levels = PeakHold()
  var events = EventView()
  /// The account's channels, ready to be searched.
  var accountIndex = ChannelIndex()
  /// Whether CloudWatch's figures were asked for from here; `nil` where nothing was said.
  var figuresRequest: Bool?
  var message: TransientMessage?
  var typingPause = TypingPause()
  /// From the bottom to the one on top.
  var dialogs: [Dialog] = []
  /// Lines typed after `:`, oldest first.
  var commandHistory: [String] = []

  /// The console before anything is known.
  ///
  /// On a first run it begins with the guided set-up.
  public init(
    size: ScreenSize, settings: ConsoleSettings, keymap: Keymap = Keymap(), isFirstRun: Bool = false
  ) {
    self.size = size
    self.settings = settings
    self.keymap = keymap
    status.phase = .idle
    if isFirstRun, !settings.isReadOnly { dialogs = [.setup(Setup())] }
  }

  /// Whether something is, or is about to be, on air.
  var isOnAir: Bool {
    switch status.phase {
    case .connecting, .live, .waiting: true
    case .idle, .stopping, .ended: false
    }
  }

  /// Whether the camera that was asked for gives nothing.
  var isCameraLost: Bool { status.video.sourceState == .lost }

  /// The chosen channel as it is offered; `nil` where it is no more, or never was.
  var chosenChannel: Offers.Channel? {
    let choice = status.choice.channel
    return status.offers.channels.first { $0.name == choice || $0.arn == choice } ?? accountIndex.channel(choice)
  }

  /// The chosen channel, as people call it.
  var channelName: String { chosenChannel?.title ?? Offers.Channel.title(status.choice.channel) }

  /// Whether figures of CloudWatch are wanted.
  var hasFigures: Bool { figuresRequest ?? (status.service?.received != nil) }

  /// The panels that there are now.
  var panels: [Panel] { Panel.allCases.filter { $0 != .service || status.service != nil } }
}

extension ConsoleState {
  /// What has the keys.
  var context: KeyContext {
    switch dialogs.last {
    case nil: .dashboard
    case .menu(let menu): menu.context
    case .setup(let setup): setup.menu.context
    case .help(let help): help.isFiltering ? .filtering : .help
    case .log(let log): log.isFiltering ? .filtering : .log
    case .newKey: .newKey
    case .confirmation: .confirmation
    case .remark, .metadata, .video: .remark
    case .eventSearch: .filtering
    case .form, .creation: .form
    case .code, .event, .places: .note
    case .commandLine: .commandLine
    }
  }

  /// Whether the menu's cursor is on a channel that can be forgotten.
  var isOnSavedChannel: Bool {
    guard case .menu(let menu) = dialogs.last, menu.kind == .channel else { return false }
    let list = menu.list(in: self)
    return menu.index(in: list).map { ChannelMenu.isSaved(list[$0].identifier, status) } ?? false
  }

  /// Whether a recording runs.
  var isRecording: Bool { status.recording.map { $0.failure == nil } ?? false }
}
