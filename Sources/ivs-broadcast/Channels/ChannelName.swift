internal import Settings

/// What the IVS API takes for a name of a channel (Channel, IVS API reference): letters, digits, `-` and `_`.
enum ChannelName {
  static let longest = 128

  static func isValid(_ text: String) -> Bool {
    text.utf8.count <= longest
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
  }

  /// Refuses a name before the service does.
  static func check(_ text: String) throws(OperatorFailure) {
    guard isValid(text) else {
      throw OperatorFailure(
        "'\(text.printable)' is no name for a channel: it has letters, digits, - and _ only, and at most \(longest)",
        .usage)
    }
  }
}

extension String {
  /// Without what moves a terminal's cursor.
  var printable: String {
    String(map { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "?" : $0 })
  }
}

extension String {
  /// In quotes if it has white space, as a shell's command line wants a name.
  var quotedIfNeeded: String {
    contains(where: \.isWhitespace) ? "\"\(String(map { $0 == "\"" ? "'" : $0 }))\"" : self
  }
}
