/// The modes that this program turns on beside what ncurses does, and how each is turned off again.
struct TerminalModes {
  /// Turns them on, and asks for synchronized output and the background's colour.
  let entering: [UInt8]
  /// Turns them off.
  let leaving: String
  /// Whether the terminal is asked something when they are turned on.
  let asksTerminal: Bool
  /// Nothing is shown after this.
  let beginPaint = Array("\u{1B}[?2026h".utf8)
  /// All is shown after this.
  let endPaint = Array("\u{1B}[?2026l".utf8)

  /// - Parameter asksBackground: whether it matters what colour the background has.
  init(hasMouse: Bool, type: String, asksBackground: Bool) {
    // Consoles of the kernel and old hardware show a part of a question that they do not know.
    let isOld = ["linux", "vt", "cons"].contains { type.hasPrefix($0) }
    asksTerminal = !isOld
    let mouse = "\u{1B}[?1000h\u{1B}[?1006h"
    // The background's colour (OSC 11), a mode report (DECRQM), then one that every terminal answers (DA1), so that the end
    // of answers is known.
    let question = (asksBackground ? "\u{1B}]11;?\u{1B}\\" : "") + "\u{1B}[?2026$p\u{1B}[c"
    entering = Array(("\u{1B}[?2004h" + (hasMouse ? mouse : "") + (isOld ? "" : question)).utf8)
    // A paint may have been cut short: first its text, then the mode that hides it.
    let end = isOld ? "" : "\u{1B}\\\u{1B}[?2026l"
    leaving = end + (hasMouse ? "\u{1B}[?1006l\u{1B}[?1000l" : "") + "\u{1B}[?2004l"
  }
}
