import Settings
import Testing

@Suite("A word that is no command")
struct UnknownCommandTests {
  private func text(_ arguments: String...) -> String? {
    UnknownCommand(in: arguments, among: ["serve", "token", "help"], of: "ivs-transwrap")?.text
  }

  @Test("is answered with the command that was meant, or where they are listed")
  func unknown() {
    #expect(
      text("serv", "--config", "a.yaml")
        == "Error: Unknown command 'serv'. Did you mean serve?\nSee 'ivs-transwrap --help' for the commands.\n")
    #expect(text("zzzz") == "Error: Unknown command 'zzzz'.\nSee 'ivs-transwrap --help' for the commands.\n")
  }

  @Test("commands, options and nothing are none")
  func known() {
    #expect(text("serve") == nil)
    #expect(text("--help") == nil)
    #expect(text() == nil)
  }
}
