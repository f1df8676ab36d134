internal import Glibc
public import Media

/// Files of secrets that every user of this machine can read.
public enum ExposedFiles {
  /// Those of the named files.
  public static func among(_ files: [String?]) -> [String] {
    files.compactMap(\.self).filter { path in
      var facts = stat()
      return unsafe stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_mode & 0o004 != 0
    }
  }

  /// What to say of them; `nil` where there are none.
  public static func warning(_ files: [String]) -> Explanation? {
    guard !files.isEmpty else { return nil }
    let names = files.joined(separator: " ")
    return Explanation("\(names) can be read by every user of this machine", "chmod 600 \(names)")
  }
}
