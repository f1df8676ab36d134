internal import ArgumentParser
internal import Glibc
internal import Service
internal import Settings

/// Whether what cannot be taken back is done without asking.
struct ConfirmationOptions: ParsableArguments {
  @Flag(name: [.customShort("y"), .long], help: "Do not ask for confirmation.")
  var yes = false

  /// Goes on if the person at the terminal agrees, by typing `word`.
  /// - Throws: where they do not, and where there is nobody to ask.
  func agree(to question: String, word: String = "yes") throws(OperatorFailure) {
    if yes { return }
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
      throw OperatorFailure("this needs a confirmation, and there is no terminal to ask on", "give --yes", .usage)
    }
    LineWriter.writeAll("\(question)\nType '\(word)' to go on: ", to: STDERR_FILENO)
    guard readLine() == word else { throw OperatorFailure("not agreed to: nothing was changed", .noPermission) }
  }
}
