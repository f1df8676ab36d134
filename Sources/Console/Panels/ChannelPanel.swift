internal import Interface

/// Where the broadcast goes; never with a key.
enum ChannelPanel {
  private static let labelColumns = 10

  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let status = state.status
    let palette = canvas.palette
    let type = status.service?.channelType.map { "IVS \($0)" } ?? state.chosenChannel?.kind
    let latency = status.service?.latencyMode?.lowercased()
    canvas.box(
      region, title: Panel.channel.title, remark: Line(type ?? "", palette.faint),
      isFocused: state.focus == .channel)
    let inside = region.insideBorder
    var rows: [(label: String, value: String, style: Style)] = [
      ("Name", state.channelName, palette.strong),
      ("Ingest", ingest(status), palette.text),
      (
        "Watch", status.playbackURL ?? (type == "local" ? "known once live" : "not known"),
        status.playbackURL == nil ? palette.faint : palette.text
      ),
      ("Type", type ?? "not known", type == nil ? palette.faint : palette.text),
      ("Latency", latency ?? "not known", latency == nil ? palette.faint : palette.text),
    ]
    if let recording = status.recording {
      let size = Figures.bytes(recording.bytes)
      let whole = "\(size), \(recording.path)"
      // Where the whole path has no room, the list of places has it.
      let text = recording.failure ?? (columns(of: whole) <= inside.columns - labelColumns ? whole : size)
      let isFailed = recording.failure != nil
      rows.insert(("Recording", text, isFailed ? palette.bad : palette.text), at: isFailed ? 1 : 3)
    }
    if status.playbackURL != nil {
      rows.append(("QR code", "\(state.keymap.keyName(.code)) shows it", palette.faint))
    }
    let label = labelColumns
    // Long addresses take rows that nothing else needs.
    var spare = max(0, inside.rows - rows.count)
    var index = 0
    for row in rows where index < inside.rows {
      let line = inside.line(index)
      canvas.put(
        row.label, palette.faint, in: Region(column: line.column, row: line.row, columns: label, rows: 1))
      let width = line.columns - label
      let lines = wrapped(row.value, to: width)
      // An address that would be broken stands whole below its label where it fits there.
      if lines.count > 1, !row.value.contains(" "), columns(of: row.value) <= line.columns, spare > 0 {
        canvas.put(Line(row.value, row.style), in: inside.line(index + 1))
        spare -= 1
        index += 2
        continue
      }
      let isWhole = lines.count - 1 <= spare
      let value = isWhole ? lines : [row.value]
      spare -= value.count - 1
      let place = Region(column: line.column + label, row: line.row, columns: width, rows: value.count)
      canvas.put(value.map { Line($0, row.style) }, in: place)
      index += max(1, value.count)
    }
  }

  /// The same with an RTMP ingest's application.
  static func ingest(_ status: BroadcastStatus) -> String {
    let host = ingestHost(status)
    guard let parts = IngestAddress.parts(status.ingest ?? status.channel), parts.scheme.hasPrefix("rtmp"),
      let application = parts.path.split(separator: "/").first, !application.contains("sk_")
    else { return host }
    return "\(host)/\(application)"
  }

  /// Scheme, host and port of the ingest: a path could hold what nobody shall read.
  static func ingestHost(_ status: BroadcastStatus) -> String {
    let address = status.ingest ?? status.channel
    if let parts = IngestAddress.parts(address) {
      return "\(parts.scheme)://\(parts.host)" + (parts.port.map { ":\($0)" } ?? "")
    }
    // What the account has to be asked for is not known before.
    guard !address.isEmpty, !address.hasPrefix("arn:") else { return "not known" }
    return String(address.prefix { $0 != "/" })
  }
}
