/// What a settings file may hold under one name, for lists and for files to begin with.
public struct SettingRow: Sendable {
  /// As it stands in the file.
  public let name: String
  /// The default, or an example where nothing is one.
  public let value: String
  /// What it does, in a sentence.
  public let meaning: String
  /// Whether a file to begin with sets it; other lines stand there as comments.
  public let isSet: Bool
  /// The names below this one.
  public let rows: [SettingRow]

  /// Makes a row.
  public init(_ name: String, _ value: String = "", _ meaning: String, isSet: Bool = false, rows: [SettingRow] = []) {
    (self.name, self.value, self.meaning, self.isSet, self.rows) = (name, value, meaning, isSet, rows)
  }
}

extension [SettingRow] {
  /// A settings file with a line for each row below what it means; `#name: value` is a line that is not in effect.
  public var yaml: String {
    map { row in
      let meaning = row.meaning.wrapped(to: 98).map { "# \($0)\n" }.joined()
      return "\n" + meaning + row.lines(below: "", isSet: row.isSet).joined(separator: "\n") + "\n"
    }.joined()
  }

  /// A table of names and what they mean, for people.
  /// - Parameter columns: how wide it may be.
  public func table(columns: Int) -> String {
    let entries = flatMap { $0.entries(below: "") }
    let width = (entries.map(\.name.count).max() ?? 0) + 2
    return entries.flatMap { entry in
      entry.meaning.wrapped(to: Swift.max(20, columns - width - 2)).enumerated().map { index, line in
        let name = index == 0 ? entry.name : ""
        return "  \(name)\(String(repeating: " ", count: width - name.count))\(line)"
      }
    }.joined(separator: "\n")
  }
}

extension SettingRow {
  fileprivate func lines(below indent: String, isSet: Bool) -> [String] {
    let sign = isSet ? "" : "#"
    let line = "\(sign)\(indent)\(name):\(value.isEmpty ? "" : " \(value)")"
    let remark = indent.isEmpty || meaning.isEmpty ? "" : "  # \(meaning)"
    return [line + remark] + rows.flatMap { $0.lines(below: indent + "  ", isSet: isSet && $0.isSet) }
  }

  fileprivate func entries(below indent: String) -> [(name: String, meaning: String)] {
    [(indent + name, meaning)] + rows.flatMap { $0.entries(below: indent + "  ") }
  }
}

extension String {
  /// Broken at spaces into lines of at most this many characters; a longer word has a line to itself.
  fileprivate func wrapped(to width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
