internal import Interface

extension Reducer {
  mutating func mouse(_ action: MouseAction, at position: Position) -> [ConsoleEffect] {
    guard let layout = Layout(LayoutNeeds(state), size: state.size) else { return [] }
    switch action {
    case .wheelUp: return wheel(by: -1, at: position, layout)
    case .wheelDown: return wheel(by: 1, at: position, layout)
    case .press, .doubleClick: break
    }
    if layout.footer.contains(position) {
      let hints = Footer(state, columns: layout.footer.columns - 2).hints
      let column = position.column - layout.footer.column - 1
      guard let hint = hints.first(where: { ($0.column..<($0.column + $0.columns)).contains(column) }),
        let key = state.keymap.keys(hint.command).first(where: { key in
          state.keymap.command(for: key, in: state.context) == hint.command
        })
      else { return [] }
      return press(key)
    }
    let isDouble = action == .doubleClick
    switch state.dialogs.last {
    case nil: return click(layout, at: position, isDouble: isDouble)
    case .menu(let menu):
      let place = MenuLayout(menu, in: state, body: layout.body)
      return click(menu, place, at: position, isDouble: isDouble) { .menu($0) }
    case .setup(let setup):
      let place = MenuLayout(setup.menu, in: state, body: layout.body, introduction: setup.explanation(state.status))
      return click(setup.menu, place, at: position, isDouble: isDouble) { menu in
        var changed = setup
        changed.menu = menu
        return .setup(changed)
      }
    case .confirmation(let confirmation):
      let place = DialogLayout.Question(confirmation, body: layout.body)
      if place.yes.contains(position) { return answer(confirmation, isYes: true) }
      if place.no.contains(position) || !place.region.contains(position) { return answer(confirmation, isYes: false) }
    case .form(var form):
      let rows = DialogLayout.Form(body: layout.body, count: ChannelForm.Field.allCases.count).fields
      if let index = rows.firstIndex(where: { $0.contains(position) }) {
        form.focus = ChannelForm.Field.allCases[index]
        replaceTop(.form(form))
      }
    case .creation(var form):
      let rows = DialogLayout.Form(body: layout.body, count: CreationForm.Field.allCases.count).fields
      if let index = rows.firstIndex(where: { $0.contains(position) }), !form.submission.isWaiting {
        let field = CreationForm.Field.allCases[index]
        // A second click takes the next choice.
        if form.focus == field, field != .name { form.type(.right) }
        form.focus = field
        replaceTop(.creation(form))
      }
    case .log(let log): return click(log, layout.body, at: position, isDouble: isDouble)
    case .help, .code, .event, .places: if action == .press { closeTop() }
    case .remark, .metadata, .video, .commandLine, .eventSearch, .newKey: break
    }
    return []
  }

  private mutating func click(_ layout: Layout, at position: Position, isDouble: Bool) -> [ConsoleEffect] {
    guard let panel = layout.panels.first(where: { $0.value.contains(position) })?.key else { return [] }
    state.focus = panel
    return isDouble ? run(.open) : []
  }

  private mutating func click(
    _ menu: Menu, _ place: MenuLayout, at position: Position, isDouble: Bool, wrap: (Menu) -> Dialog
  ) -> [ConsoleEffect] {
    let entries = place.entries
    guard let index = place.entry(at: position) else {
      // A click beside a menu leaves it; the set-up stays.
      if case .menu = state.dialogs.last, !place.region.contains(position) { closeTop() }
      return []
    }
    var clicked = menu
    let wasThere = menu.index(in: entries) == index
    clicked.selection = entries[index].identifier
    replaceTop(wrap(clicked))
    return wasThere || isDouble ? press(.enter) : []
  }

  private mutating func wheel(by step: Int, at position: Position, _ layout: Layout) -> [ConsoleEffect] {
    if state.dialogs.isEmpty {
      if layout.panels[.events]?.contains(position) == true { scroll(by: -3 * step) }
      return []
    }
    switch state.dialogs.last {
    case .menu, .setup, .help, .log: return press(step < 0 ? .up : .down)
    default: return []
    }
  }
}
