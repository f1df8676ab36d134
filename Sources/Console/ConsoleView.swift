internal import Interface

/// What the terminal shows of a state.
public enum ConsoleView {
  /// The whole screen.
  public static func screen(_ state: ConsoleState) -> Screen {
    var canvas = Canvas(size: state.size, look: Look(state.settings.traits))
    guard let layout = Layout(LayoutNeeds(state), size: state.size) else {
      tooSmall(state, on: &canvas)
      return canvas.screen
    }
    HeaderPanel.draw(state, on: &canvas, in: layout.header)
    for (panel, region) in layout.panels { draw(panel, state, on: &canvas, in: region) }
    for dialog in state.dialogs { draw(dialog, state, on: &canvas, in: layout.body) }
    FooterPanel.draw(state, on: &canvas, in: layout.footer)
    return canvas.screen
  }

  private static func draw(_ panel: Panel, _ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    switch panel {
    case .picture: PicturePanel.draw(state, on: &canvas, in: region)
    case .levels: LevelsPanel.draw(state, on: &canvas, in: region)
    case .bitrate: BitratePanel.draw(state, on: &canvas, in: region)
    case .health: HealthPanel.draw(state, on: &canvas, in: region)
    case .service: ServicePanel.draw(state, on: &canvas, in: region)
    case .channel: ChannelPanel.draw(state, on: &canvas, in: region)
    case .events: EventsPanel.draw(state, on: &canvas, in: region)
    }
  }

  private static func draw(_ dialog: Dialog, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    switch dialog {
    case .menu(let menu): MenuDialog.draw(menu, state, on: &canvas, in: body)
    case .setup(let setup): SetupDialog.draw(setup, state, on: &canvas, in: body)
    case .confirmation(let confirmation): ConfirmationDialog.draw(confirmation, on: &canvas, in: body)
    case .remark(let input): MarkDialog.draw(input, on: &canvas, in: body)
    case .metadata(let metadata): MetadataDialog.draw(metadata, on: &canvas, in: body)
    case .video(let video): VideoDialog.draw(video, on: &canvas, in: body)
    case .creation(let form): CreationDialog.draw(form, on: &canvas, in: body)
    case .form(let form): FormDialog.draw(form, on: &canvas, in: body)
    case .help(let help): HelpDialog.draw(help, state, on: &canvas, in: body)
    case .code(let url):
      let bounds = canvas.bounds
      QRCodeDialog.draw(url, state.code, on: &canvas, in: body, or: bounds.lines(0..<bounds.rows - 1))
    case .commandLine(let line): CommandLineDialog.draw(line, state, on: &canvas, in: body)
    case .log(let log): LogDialog.draw(log, state, on: &canvas, in: body)
    case .event(let record): EventDialog.draw(record, on: &canvas, in: body)
    case .places: PlacesDialog.draw(state, on: &canvas, in: body)
    case .newKey(let new): NewKeyDialog.draw(new, state, on: &canvas, in: body)
    case .eventSearch: break
    }
  }

  /// Below the smallest layout: what is on air, and what to do.
  private static func tooSmall(_ state: ConsoleState, on canvas: inout Canvas) {
    let phase = canvas.look.phase(of: state.status)
    let smallest = Layout.smallest
    let words =
      "This window is \(state.size.columns)x\(state.size.rows);"
      + " \(smallest.columns)x\(smallest.rows) is needed."
    let lines = wrapped(words, to: state.size.columns).map { Line($0) }
    canvas.put([Line("\(phase.sign) \(phase.word)", phase.style)] + lines, in: canvas.bounds)
  }
}
