/// Text that a peer sent, made fit to be shown to a person.
enum ServerText {
  /// Without control characters, at most 200 characters long, and without `secret` should the peer echo it.
  static func cleaned(_ text: String, hiding secret: String? = nil) -> String {
    var text = text
    if let secret, !secret.isEmpty, text.contains(secret) {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "<stream key>")
    }
    let shown = text.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
    return String(String(String.UnicodeScalarView(shown)).prefix(200))
  }
}
