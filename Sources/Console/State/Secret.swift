/// A text that is never shown: neither described, nor dumped, nor printed by a debugger.
struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var text: String

  init(_ text: String = "") { self.text = text }

  var description: String { text.isEmpty ? "(empty)" : "(hidden)" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, unlabeledChildren: [String]()) }
}
