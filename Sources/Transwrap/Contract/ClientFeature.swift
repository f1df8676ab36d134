/// What a client understands beyond the first version of the contract, as it says in the header `Transwrap-Features`.
///
/// A proxy that does not know the header passes over it, and tells nobody of what this does not name.
public enum ClientFeature: String, CaseIterable, Sendable {
  /// It goes on over another connection when it is told to (``ServerEvent/move(_:)``), and closes this one with
  /// ``CloseCode/goingAway`` when the other has taken its place.
  case move

  /// The name of the header: words with commas between them.
  public static let header = "Transwrap-Features"

  /// What a client says that understands all of them.
  public static var all: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Whether a client's header names it.
  public func isNamed(in header: String) -> Bool {
    header.split(separator: ",").contains { $0.filter { $0 != " " }.lowercased() == rawValue }
  }
}
