internal import Glibc

/// Where a terminal's compiled description lies.
enum DescriptionFile {
  /// The first type with a description that is installed; the named one where there is none at all.
  static func best(
    for named: String, environment: (String) -> String?
  ) -> (type: String, description: CompiledDescription?) {
    for type in TerminalType.candidates(for: named) {
      if let found = read(type: type, environment: environment) { return (type, found) }
    }
    return (named, nil)
  }

  /// Reads the description of a type from the folders that ncurses looks in; `nil` if there is none in a file.
  static func read(type: String, environment: (String) -> String?) -> CompiledDescription? {
    guard let first = type.unicodeScalars.first, !type.contains("/") else { return nil }
    var folders: [String] = []
    if let own = environment("TERMINFO") { folders.append(own) }
    if let home = environment("HOME") { folders.append(home + "/.terminfo") }
    folders += (environment("TERMINFO_DIRS") ?? "").split(separator: ":").map(String.init)
    folders += ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
    for folder in folders {
      for name in [String(first), String(first.value, radix: 16)] {
        if let bytes = contents(of: "\(folder)/\(name)/\(type)"), let found = CompiledDescription(bytes) {
          return found
        }
      }
    }
    return nil
  }

  private static func contents(of path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // The largest that ncurses takes.
    return unsafe [UInt8](unsafeUninitializedCapacity: 32_768) { buffer, count in
      count = unsafe max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
  }
}
