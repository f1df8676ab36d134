internal import CNcurses

/// Handlers for fatal signals, which restore the terminal and say where the log is.
struct TerminalRescue {
  let descriptor: Int32
  /// What turns everything off that was turned on.
  let restore: String
  /// The line after a crash, before and after the signal's name.
  let lastWords: (before: String, after: String)

  /// Installs the handlers, with a stack of their own for the calling thread.
  func arm() { unsafe cterminal_arm(descriptor, restore, lastWords.before, lastWords.after) }

  /// Takes them away.
  func disarm() { cterminal_disarm() }
}
