/// The terminal's type and those that stand in for it where its own description is not installed.
enum TerminalType {
  /// Terminals that understand what xterm does; over SSH their own descriptions are often missing.
  private static let likeXterm = [
    "xterm", "alacritty", "foot", "ghostty", "kitty", "konsole", "gnome", "vte", "wezterm", "rio", "st", "contour",
  ]

  /// The names to try, the best first.
  static func candidates(for type: String) -> [String] {
    guard !type.isEmpty else { return [] }
    let family = type.split(separator: "-").first.map(String.init) ?? type
    let standIns: [String] =
      switch family {
      case "tmux": ["screen-256color", "screen"]
      case "screen": ["screen"]
      case "rxvt": ["rxvt", "xterm"]
      case "linux": ["linux"]
      case _ where likeXterm.contains(family): type.hasSuffix("16color") ? ["xterm"] : ["xterm-256color", "xterm"]
      default: []
      }
    return [type] + standIns.filter { $0 != type }
  }
}
