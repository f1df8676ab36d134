/// A value that must not show: printing, dumping or reflecting it gives its placeholder.
public protocol Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What is shown instead, such as `<token>`.
  static var placeholder: String { get }
}

extension Secret {
  /// The placeholder.
  public var description: String { Self.placeholder }
  /// The placeholder.
  public var debugDescription: String { Self.placeholder }
  /// Nothing to see.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
