/// What terminals answer, late or unasked: none of it is typed.
enum TerminalAnswers {
  static let strings = [
    // Colours: of the ground, of the text, of the cursor, of one of 256 (OSC 11, 10, 12, 4).
    "\u{1B}]11;rgb:1b1b/2b2b/3b3b\u{1B}\\", "\u{1B}]11;rgb:1b1b/2b2b/3b3b\u{7}", "\u{1B}]10;rgb:c0c0/c0c0/c0c0\u{1B}\\",
    "\u{1B}]12;rgba:ffff/0000/bbbb/ffff\u{7}", "\u{1B}]4;226;rgb:ffff/ffff/0000\u{1B}\\",
    // The clipboard, a title with a quotation mark whose UTF-8 has 0x9C in it, an icon's name.
    "\u{1B}]52;c;YmVicWI=\u{1B}\\", "\u{1B}]lmy \u{201C}best\u{201D} beeb\u{1B}\\", "\u{1B}]Lbeb\u{1B}\\",
    // A terminal's name, settings and capabilities (XTVERSION, DECRQSS, XTGETTCAP), an identifier (DECRPTUI).
    "\u{1B}P>|XTerm(379)\u{1B}\\", "\u{1B}P1$r0;1m\u{1B}\\", "\u{1B}P0$r\u{1B}\\", "\u{1B}P1+r524742=38\u{1B}\\",
    "\u{1B}P!|7E565445\u{1B}\\", "\u{1B}P1!~0000\u{1B}\\",
    // A picture's state, and strings that a terminal has for itself.
    "\u{1B}_Gi=31;OK\u{1B}\\", "\u{1B}_Gi=31;ENOENT:no bear\u{1B}\\", "\u{1B}^bye\u{1B}\\", "\u{1B}Xbye\u{1B}\\",
    // Cut short by the terminal itself.
    "\u{1B}]11;rgb:\u{18}", "\u{1B}P1$r\u{1A}",
  ]

  static let sequences = [
    // Attributes (DA1, DA2), state (DSR), the cursor's place (CPR, also on row 1, DECXCPR).
    "\u{1B}[?62;4;22c", "\u{1B}[>41;379;0c", "\u{1B}[=1;2c", "\u{1B}[?6c", "\u{1B}[0n", "\u{1B}[3n", "\u{1B}[24;80R",
    "\u{1B}[1;2R", "\u{1B}[1;1R", "\u{1B}[?12;40;1R", "\u{1B}[?13n", "\u{1B}[?20n", "\u{1B}[?50n",
    // Modes (DECRPM), the keyboard's (kitty), the colour scheme.
    "\u{1B}[?2026;2$y", "\u{1B}[?2004;1$y", "\u{1B}[4;2$y", "\u{1B}[?1u", "\u{1B}[?997;1n", "\u{1B}[>4;2m",
    // Focus, windows (XTWINOPS), a size in pixels, parameters (DECREPTPARM), graphics, a locator.
    "\u{1B}[I", "\u{1B}[O", "\u{1B}[1t", "\u{1B}[3;100;200t", "\u{1B}[4;600;800t", "\u{1B}[8;24;80t",
    "\u{1B}[48;24;80;600;800t", "\u{1B}[2;1;1;112;112;1;0x", "\u{1B}[?1;0;256S", "\u{1B}[1;2;10;20;0&w",
    // A mouse that nothing comes of: X11's first kind, with UTF-8, rxvt's, a release, a motion.
    "\u{1B}[M bb", "\u{1B}[M qq", "\u{1B}[M \u{101}\u{107}", "\u{1B}[32;98;98M", "\u{1B}[<0;5;5m", "\u{1B}[<35;5;5M",
    // Single shifts.
    "\u{1B}Nb", "\u{1B}Ox",
  ]

  /// The same as they are with C1 controls of one byte, and of UTF-8's two.
  static let eightBit: [[UInt8]] = sevenBit.map { short($0, lead: []) } + sevenBit.map { short($0, lead: [0xC2]) }

  private static func short(_ seven: [UInt8], lead: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var isAfterEscape = false
    for byte in seven {
      if isAfterEscape {
        bytes += lead
        bytes.append(byte + 0x40)
      } else if byte != 0x1B {
        bytes.append(byte)
      }
      isAfterEscape = byte == 0x1B
    }
    return bytes
  }

  static let sevenBit: [[UInt8]] = (strings + sequences).map { Array($0.utf8) }
  static let all: [[UInt8]] = sevenBit + eightBit
}
