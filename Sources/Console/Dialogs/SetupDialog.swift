/// A step of the guided first run.
enum SetupDialog {
  static func draw(_ setup: Setup, _ state: ConsoleState, on canvas: inout Canvas, in body: Region) {
    let title = "Set-up, step \(setup.step + 1) of \(Setup.steps.count): \(setup.menu.title.lowercased())"
    MenuDialog.draw(
      setup.menu, title: title, introduction: setup.explanation(state.status), state, on: &canvas, in: body)
  }
}
