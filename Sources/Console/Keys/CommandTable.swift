extension KeymapEntry {
  /// The table of keys: dispatch, footer, help, the command line and README come from it, in this order.
  static let table: [KeymapEntry] = broadcast + display + navigation + dialogs

  private static let broadcast: [KeymapEntry] = [
    KeymapEntry(
      .goLive, [.character("b")], "go live", "Begins the broadcast on the chosen channel; asks first.",
      argument: .word("takeover")),
    KeymapEntry(.stop, [.character("e")], "stop", "Ends the broadcast; asks first."),
    KeymapEntry(.mute, [.character("m")], "mute", "Sends silence, or sound again.", argument: .onOff),
    KeymapEntry(
      .camera, [.character("c")], "camera", "Chooses the camera, also while live.", argument: .entry(.camera)),
    KeymapEntry(
      .microphone, [.character("i")], "microphone", "Chooses the microphone, also while live.",
      argument: .entry(.microphone)),
    KeymapEntry(
      .inputs, [.character("a")], "inputs", "Chooses the inputs of the microphone's card, also while live.",
      argument: .entry(.inputs), isHint: false),
    KeymapEntry(
      .channel, [.character("n")], "channel", "Chooses where to stream to.", argument: .entry(.channel)),
    KeymapEntry(.video, [.character("v")], "video", "Chooses picture size and rate.", argument: .entry(.video)),
    KeymapEntry(
      .bitrate, [.character("B")], "bitrate", "Chooses the video bitrate, also while live.",
      argument: .entry(.bitrate)),
    KeymapEntry(.slate, [.character("s")], "slate", "Sends the slate, or the camera again.", argument: .onOff),
    KeymapEntry(.mark, [.character("M")], "mark", "Writes a remark into the events.", argument: .text),
    KeymapEntry(
      .metadata, [.character("T")], "metadata", "Puts a text into the stream, for players to act on.", argument: .text,
      isHint: false),
    KeymapEntry(.record, [.character("R")], "record", "Starts or ends the recording.", argument: .onOff),
    KeymapEntry(.reconnect, [.character("r")], "reconnect", "Tries the connection again now.", isHint: false),
    KeymapEntry(
      .bitrateUp, [.character("]")], "bitrate +", "Raises the video bitrate by a step.", isHint: false),
    KeymapEntry(
      .bitrateDown, [.character("[")], "bitrate -", "Lowers the video bitrate by a step.", isHint: false),
    KeymapEntry(
      .gainUp, [.character("+"), .character("=")], "louder", "Raises the gain by 1 dB, or as said.",
      argument: .decibels, isHint: false),
    KeymapEntry(
      .gainDown, [.character("-")], "softer", "Lowers the gain by 1 dB, or as said.", argument: .decibels,
      isHint: false),
    KeymapEntry(
      .newChannel, [.character("N")], "new channel", "Opens the form for a channel of your own.", isHint: false),
    KeymapEntry(
      .createChannel, [.character("C")], "create channel", "Makes a channel in the AWS account and chooses it.",
      isHint: false),
    KeymapEntry(
      .refreshChannels, [.control("r")], "look again", "Lists the AWS account's channels again.",
      in: [.dashboard, .finding]),
    KeymapEntry(
      .preset, [.character("P")], "preset", "Chooses how hard the encoder works.", argument: .entry(.preset),
      isHint: false),
    KeymapEntry(.snapshot, [.character("S")], "snapshot", "Writes the picture to a PNG file.", isHint: false),
    KeymapEntry(
      .refreshDevices, [.character("D")], "look again", "Looks for cameras and microphones again.", isHint: false),
  ]

  private static let display: [KeymapEntry] = [
    KeymapEntry(.code, [.character("u")], "QR code", "Shows the playback address as a QR code."),
    KeymapEntry(
      .picture, [.character("p")], "picture", "Shows or hides the picture here; it is sent all the same.",
      argument: .onOff),
    KeymapEntry(.mirror, [.character("f")], "flip", "Mirrors the picture here, not what is sent.", isHint: false),
    KeymapEntry(
      .graphScale, [.character("t")], "time scale", "1 s, 10 s or 1 min per column of the graph.", isHint: false),
    KeymapEntry(
      .serviceFigures, [.character("I")], "IVS figures",
      "Asks CloudWatch what IVS receives, or no longer; AWS bills for it.", argument: .onOff, isHint: false),
    KeymapEntry(.zoom, [.character("z")], "zoom", "Gives the panel with the focus the whole place.", isHint: false),
    KeymapEntry(
      .clearClip, [.character("x")], "clear clip", "Puts the clip lamp out.", isHint: false),
    KeymapEntry(
      .eventFilter, [.character("E")], "severity", "Chooses which events are shown.", argument: .entry(.eventFilter),
      isHint: false),
    KeymapEntry(
      .search, [.character("/")], "search", "Shows only events with a text in them.", argument: .text, isHint: false),
  ]

  private static let everywhere = Set(KeyContext.allCases)

  private static let navigation: [KeymapEntry] = [
    KeymapEntry(.nextPanel, [.tab], "next panel", "Moves the focus to the next panel.", isHint: false),
    KeymapEntry(.previousPanel, [.backTab], "panel before", "Moves the focus to the panel before.", isHint: false),
    KeymapEntry(.open, [.enter], "open", "Opens what belongs to the panel with the focus.", isHint: false),
    KeymapEntry(
      .up, [.up, .character("k")], "up", "Moves up.",
      in: [.dashboard, .list, .filtering, .finding, .help, .commandLine], isHint: false),
    KeymapEntry(
      .down, [.down, .character("j")], "down", "Moves down.",
      in: [.dashboard, .list, .filtering, .finding, .help, .commandLine], isHint: false),
    KeymapEntry(
      .left, [.left, .character("h")], "left", "Moves left.", in: [.dashboard, .confirmation], isHint: false),
    KeymapEntry(
      .right, [.right, .character("l")], "right", "Moves right.", in: [.dashboard, .confirmation], isHint: false),
    KeymapEntry(
      .top, [.home, .character("g")], "top", "Goes to the top.", in: [.dashboard, .list, .finding, .help],
      isHint: false),
    KeymapEntry(
      .bottom, [.end, .character("G")], "bottom", "Goes to the bottom.", in: [.dashboard, .list, .finding, .help],
      isHint: false),
    KeymapEntry(
      .pageUp, [.pageUp, .control("b")], "page up", "Moves up by a page.",
      in: [.dashboard, .list, .filtering, .finding, .help], isHint: false),
    KeymapEntry(
      .pageDown, [.pageDown, .control("f")], "page down", "Moves down by a page.",
      in: [.dashboard, .list, .filtering, .finding, .help], isHint: false),
    KeymapEntry(.commandLine, [.character(":")], "command", "Opens the command line."),
    KeymapEntry(.help, [.character("?"), .function(1)], "help", "Shows all keys.", in: [.dashboard, .list, .finding]),
    KeymapEntry(
      .quit, [.character("q"), .control("c")], "quit",
      "Leaves the program; asks while live. In a dialog, q closes it.", in: everywhere),
    KeymapEntry(
      .suspend, [.control("z")], "suspend", "Goes back to the shell, not while live; fg returns.", in: everywhere,
      isHint: false),
    KeymapEntry(.redraw, [.control("l")], "redraw", "Paints everything anew.", in: everywhere, isHint: false),
  ]

  private static let dialogs: [KeymapEntry] = [
    KeymapEntry(
      .choose, [.enter], "choose", "Takes the entry, or what was typed.",
      in: [.list, .filtering, .finding, .confirmation, .remark, .form, .commandLine]),
    KeymapEntry(.yes, [.character("y")], "yes", "Agrees.", in: [.confirmation]),
    KeymapEntry(.no, [.character("n")], "no", "Declines.", in: [.confirmation]),
    KeymapEntry(.filter, [.character("/")], "filter", "Shows only lines with a text in them.", in: [.list, .help]),
    KeymapEntry(
      .remove, [.delete], "forget", "Forgets the channel under the cursor; asks first.", in: [.finding]),
    KeymapEntry(
      .nextField, [.tab, .down], "next", "Goes to the next field, button or step.", in: [.form]),
    KeymapEntry(.previousField, [.backTab, .up], "before", "Goes to the field before.", in: [.form], isHint: false),
    KeymapEntry(
      .clearField, [.control("u")], "clear", "Clears the text.",
      in: [.filtering, .finding, .remark, .form, .commandLine],
      isHint: false),
    KeymapEntry(.save, [.control("s")], "save", "Saves the channel and chooses it.", in: [.form]),
    KeymapEntry(.complete, [.tab], "complete", "Completes the word.", in: [.commandLine]),
    KeymapEntry(
      .cancel, [.escape], "close", "Closes the dialog, or ends the filter.",
      in: everywhere.subtracting([.dashboard])),
  ]
}
