extension TextFile {
  /// Why a file cannot be read.
  public enum Problem: Error, Equatable, Sendable {
    case missing
    /// As errno(3) numbers it.
    case unreadable(Int32)
    case folder
    /// A pipe, a device or a socket where only a regular file will do.
    case notRegular
    /// A pipe or a device that had not come to its end in time.
    case endless
    case tooLong(limit: Int)
    /// Not UTF-8 from this line on, counted from one.
    case notText(line: Int)
    /// Text, but in UTF-16.
    case utf16
    /// More than the one line that is wanted.
    case manyLines

    /// One line for a person: the file as it is to be shown, the line in it where there is one, what is wrong.
    public func line(_ file: String) -> String {
      switch self {
      case .missing: "\(file): no such file"
      case .unreadable(let code): "\(file): cannot be read: \(SystemError.words(code))"
      case .folder: "\(file): is a directory, not a regular file"
      case .notRegular: "\(file): is not a regular file"
      case .endless: "\(file): did not come to its end in time: nobody writes into this pipe, or somebody without end"
      case .tooLong(let limit):
        "\(file): is too long: at most \(limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB") are read"
      case .notText(let line): "\(file):\(line): not UTF-8 text"
      case .utf16: "\(file):1: is UTF-16 text: save it as UTF-8"
      case .manyLines: "\(file):2: more than the one line expected"
      }
    }
  }
}
