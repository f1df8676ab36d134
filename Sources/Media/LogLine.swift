/// A log line as every log of this package has it: `message name=value …`, with no character that only a terminal reads.
public enum LogLine {
  /// The line, without clock, level and line break.
  public static func text(_ message: String, _ fields: [(name: String, value: String)] = []) -> String {
    ([ForeignText.cleaned(message, limit: ForeignText.lineLimit)] + fields.map { field($0.name, $0.value) })
      .joined(separator: " ")
  }

  /// `name=value`; in quotes if the value has white space or quotes, so that it ends where it seems to.
  public static func field(_ name: String, _ value: String) -> String {
    let value = ForeignText.cleaned(value, limit: ForeignText.lineLimit)
    guard value.contains(where: { $0.isWhitespace || $0 == "\"" }) else { return "\(name)=\(value)" }
    return "\(name)=\"\(String(value.map { $0 == "\"" ? "'" : $0 }))\""
  }
}
