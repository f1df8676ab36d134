internal import Interface

extension KeymapEntry {
  /// The table of keys: dispatch, footer, help, the command line and the manual come from it, in this order.
  static let table: [KeymapEntry] = broadcast + display + navigation + dialogs

  private static let broadcast: [KeymapEntry] = [
    KeymapEntry(
      .goLive, [.character("b")], "go live", "Goes live on the selected channel; asks first.",
      argument: .intent),
    KeymapEntry(.stop, [.character("e")], "stop", "Ends the broadcast; asks first."),
    KeymapEntry(.mute, [.character("m")], "mute", "Sends silence, or sound again.", argument: .intent),
    KeymapEntry(
      .camera, [.character("c")], "camera", "Selects the camera, also while live.", argument: .entry(.camera)),
    KeymapEntry(
      .microphone, [.character("i")], "microphone", "Selects the microphone, also while live.",
      argument: .entry(.microphone)),
    KeymapEntry(
      .inputs, [.character("a")], "inputs", "Selects the inputs of the sound card, also while live.",
      argument: .entry(.inputs), isHint: false),
    KeymapEntry(
      .channel, [.character("n")], "channel", "Selects where to stream to.", argument: .entry(.channel)),
    KeymapEntry(.video, [.character("v")], "video", "Sets picture size and frame rate.", argument: .entry(.video)),
    KeymapEntry(
      .bitrate, [.character("B")], "bitrate", "Sets the video bitrate, also while live.",
      argument: .entry(.bitrate)),
    KeymapEntry(
      .slate, [.character("s")], "slate",
      "Switches between the camera and the slate, two bars on dark blue; sound goes on.", argument: .intent),
    KeymapEntry(.mark, [.character("M")], "mark", "Adds a note to the events.", argument: .intent),
    KeymapEntry(
      .metadata, [.character("T")], "metadata", "Sends timed metadata to the players.", argument: .intent,
      isHint: false),
    KeymapEntry(.record, [.character("R")], "record", "Starts or stops recording.", argument: .intent),
    KeymapEntry(.reconnect, [.character("r")], "reconnect", "Reconnects now.", isHint: false),
    KeymapEntry(
      .bitrateUp, [.character("]")], "bitrate +", "Raises the video bitrate one step.", isHint: false),
    KeymapEntry(
      .bitrateDown, [.character("[")], "bitrate -", "Lowers the video bitrate one step.", isHint: false),
    KeymapEntry(
      .adaptiveBitrate, [.character("A")], "adaptive", "Lets the bitrate follow the network, or keeps it.",
      argument: .intent, isHint: false),
    KeymapEntry(
      .minimumBitrate, [], "lowest bitrate", "Sets the lowest bitrate that it follows to.", argument: .intent,
      isHint: false),
    KeymapEntry(
      .delayLimit, [], "delay limit", "Sets how far it may fall behind, \(Intent.delayLimitRange).", argument: .intent,
      isHint: false),
    KeymapEntry(
      .gain, [], "gain", "Sets the gain, \(Intent.gainRange) dB.", argument: .intent, isHint: false
    ),
    KeymapEntry(
      .gainUp, [.character("+"), .character("=")], "louder", "Raises the gain by 1 dB or the given amount.",
      argument: .gainStep, isHint: false),
    KeymapEntry(
      .gainDown, [.character("-")], "softer", "Lowers the gain by 1 dB or the given amount.", argument: .gainStep,
      isHint: false),
    KeymapEntry(
      .newChannel, [.character("N")], "new channel", "Adds a channel by its URL and key.", isHint: false),
    KeymapEntry(
      .createChannel, [.character("C")], "create channel", "Creates a channel in the AWS account and selects it.",
      isHint: false),
    KeymapEntry(
      .refreshChannels, [.control("r")], "reload", "Reloads the list of the AWS account's channels.",
      in: [.dashboard, .finding]),
    KeymapEntry(
      .preset, [.character("P")], "preset", "Selects the encoder preset.", argument: .entry(.preset),
      isHint: false),
    KeymapEntry(.snapshot, [.character("S")], "snapshot", "Saves the picture as a PNG file.", isHint: false),
    KeymapEntry(
      .refreshDevices, [.character("D")], "rescan", "Rescans cameras and microphones.", isHint: false),
    KeymapEntry(
      .reload, [], "reload settings", "Has `stream` read its settings file again.", isHint: false),
  ]

  private static let display: [KeymapEntry] = [
    KeymapEntry(.code, [.character("u")], "QR code", "Shows the playback address as a QR code."),
    KeymapEntry(
      .picture, [.character("p")], "picture", "Shows or hides the preview; what is sent does not change.",
      argument: .preview),
    KeymapEntry(
      .mirror, [.character("f")], "flip", "Mirrors the preview; what is sent does not change.", isHint: false),
    KeymapEntry(
      .graphScale, [.character("t")], "time scale", "Sets the graph to 1 s, 10 s or 1 min per column.", isHint: false),
    KeymapEntry(
      .serviceFigures, [.character("I")], "IVS figures",
      "Starts or stops asking CloudWatch what IVS receives; AWS bills for it.", argument: .intent, isHint: false),
    KeymapEntry(.zoom, [.character("z")], "zoom", "Maximises the focused panel.", isHint: false),
    KeymapEntry(
      .clearClip, [.character("x")], "clear clip", "Resets the clip indicator.", isHint: false),
    KeymapEntry(
      .eventFilter, [.character("E")], "severity", "Filters events by severity.", in: [.dashboard, .log],
      argument: .entry(.eventFilter), isHint: false),
    KeymapEntry(
      .log, [.character("L")], "log", "Shows the events of all days from the log, and where it is.", isHint: false),
    KeymapEntry(
      .places, [.character("w")], "where", "Shows addresses and files: playback, recording, snapshot, log, settings.",
      isHint: false),
    KeymapEntry(.keys, [.character("K")], "keys", "Changes keys and keeps them in the settings file.", isHint: false),
    KeymapEntry(
      .search, [.character("/")], "filter", "Filters events by a text.", argument: .eventSearch,
      isHint: false),
  ]

  private static let everywhere = Set(KeyContext.allCases)

  private static let navigation: [KeymapEntry] = [
    KeymapEntry(.nextPanel, [.tab], "next panel", "Focuses the next panel.", isHint: false),
    KeymapEntry(.previousPanel, [.backTab], "previous panel", "Focuses the previous panel.", isHint: false),
    KeymapEntry(.open, [.enter], "open", "Opens what belongs to the focused panel.", isHint: false),
    KeymapEntry(
      .up, [.up, .character("k")], "up", "Moves up.",
      in: [.dashboard, .list, .filtering, .finding, .help, .log, .commandLine], isHint: false),
    KeymapEntry(
      .down, [.down, .character("j")], "down", "Moves down.",
      in: [.dashboard, .list, .filtering, .finding, .help, .log, .commandLine], isHint: false),
    KeymapEntry(
      .left, [.left, .character("h")], "left", "Moves left.", in: [.dashboard, .confirmation], isHint: false),
    KeymapEntry(
      .right, [.right, .character("l")], "right", "Moves right.", in: [.dashboard, .confirmation], isHint: false),
    KeymapEntry(
      .top, [.home, .character("g")], "top", "Goes to the top.", in: [.dashboard, .list, .finding, .help, .log],
      isHint: false),
    KeymapEntry(
      .bottom, [.end, .character("G")], "bottom", "Goes to the bottom.",
      in: [.dashboard, .list, .finding, .help, .log],
      isHint: false),
    KeymapEntry(
      .pageUp, [.pageUp, .control("b")], "page up", "Moves up a page.",
      in: [.dashboard, .list, .filtering, .finding, .help, .log], isHint: false),
    KeymapEntry(
      .pageDown, [.pageDown, .control("f")], "page down", "Moves down a page.",
      in: [.dashboard, .list, .filtering, .finding, .help, .log], isHint: false),
    KeymapEntry(.commandLine, [.character(":")], "command", "Opens the command line."),
    KeymapEntry(.help, [.character("?"), .function(1)], "help", "Shows all keys.", in: [.dashboard, .list, .finding]),
    KeymapEntry(
      .quit, [.character("q"), .control("c")], "quit",
      "Quits; asks while live. In a dialog, q closes it.",
      in: everywhere.subtracting([.newKey])),
    KeymapEntry(
      .suspend, [.control("z")], "suspend", "Suspends to the shell, not while live; fg returns.", in: everywhere,
      isHint: false),
    KeymapEntry(.redraw, [.control("l")], "redraw", "Redraws the screen.", in: everywhere, isHint: false),
  ]

  private static let dialogs: [KeymapEntry] = [
    KeymapEntry(
      .choose, [.enter], "select", "Accepts the selection or the text.",
      in: [.list, .filtering, .finding, .log, .confirmation, .remark, .form, .commandLine]),
    KeymapEntry(.yes, [.character("y")], "yes", "Answers yes.", in: [.confirmation]),
    KeymapEntry(.no, [.character("n")], "no", "Answers no.", in: [.confirmation]),
    KeymapEntry(
      .filter, [.character("/")], "filter", "Filters the list by a text.", in: [.list, .help, .log]),
    KeymapEntry(
      .remove, [.delete], "remove", "Removes the selected channel; asks first.", in: [.finding]),
    KeymapEntry(.editChannel, [.control("e")], "edit", "Changes the selected saved channel.", in: [.finding]),
    KeymapEntry(
      .nextField, [.tab, .down], "next", "Goes to the next field, button or step.", in: [.form]),
    KeymapEntry(
      .previousField, [.backTab, .up], "previous", "Goes to the previous field.", in: [.form], isHint: false),
    KeymapEntry(
      .clearField, [.control("u")], "clear", "Clears the text.",
      in: [.filtering, .finding, .remark, .form, .commandLine],
      isHint: false),
    KeymapEntry(.save, [.control("s")], "save", "Saves the channel and selects it.", in: [.form]),
    KeymapEntry(.complete, [.tab], "complete", "Completes the word.", in: [.commandLine]),
    KeymapEntry(
      .cancel, [.escape], "close", "Closes the dialog, or ends the filter.",
      in: everywhere.subtracting([.dashboard, .newKey])),
  ]
}
