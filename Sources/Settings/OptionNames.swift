/// The settings that are options of a program: the modules name them in backticks, whoever types them as `--NAME`.
public struct OptionNames: Sendable {
  private let names: [String]

  /// - Parameter names: without dashes.
  public init(_ names: [String]) { self.names = names }

  /// The same text with `video` as --video; commands and other words in backticks stay.
  public func applied(to text: String) -> String {
    guard text.contains("`") else { return text }
    return names.reduce(text) { $0.replacing("`\($1)`", with: "--\($1)") }
  }
}
