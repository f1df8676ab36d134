/// A node of a YAML document, with the line on which it begins, from one.
public struct YAMLNode: Equatable {
  /// What a node holds.
  public indirect enum Content: Equatable {
    /// Text; `isPlain` where it stood without quotes.
    case scalar(String, isPlain: Bool)
    /// A list.
    case sequence([YAMLNode])
    /// Names with their values, in the document's order.
    case mapping([(name: YAMLNode, value: YAMLNode)])

    /// Whether both hold the same, at the same lines.
    public static func == (left: Content, right: Content) -> Bool {
      switch (left, right) {
      case (.scalar(let a, let b), .scalar(let c, let d)): a == c && b == d
      case (.sequence(let a), .sequence(let b)): a == b
      case (.mapping(let a), .mapping(let b)): a.elementsEqual(b) { $0.name == $1.name && $0.value == $1.value }
      case (.scalar, _), (.sequence, _), (.mapping, _): false
      }
    }
  }

  /// What it holds.
  public let content: Content
  /// The line on which it begins, from one.
  public let line: Int

  /// The text of a scalar.
  public var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// A name as messages show it.
  ///
  /// Short, and without what stands behind a colon or an equals sign: where the space after `key:` is missing that is
  /// part of the name, and may be a secret.
  public static func shown(_ name: String) -> String {
    String(name.prefix { !$0.isWhitespace && $0 != ":" && $0 != "=" }.prefix(64))
  }

  /// The name as messages show it; `?` for a list or a table.
  public var shownName: String { text.map(Self.shown) ?? "?" }

  /// Whether it is what YAML takes for nothing: an empty plain scalar, `~` or `null`.
  public var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }
}

/// Why a text is no YAML, or none that settings need.
public struct YAMLError: Error, Equatable {
  /// The line, from one.
  public let line: Int
  /// In a few words.
  public let problem: String
}
