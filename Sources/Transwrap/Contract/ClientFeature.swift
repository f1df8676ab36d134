/// What a client does beyond the first version of the contract, as it says in the header `Transwrap-Features`.
///
/// A proxy that does not know the header passes over it, and tells nobody of what this does not name.
public enum ClientFeature: String, CaseIterable, Sendable {
  /// It goes on over another connection when it is told to (``ServerEvent/move(_:)``), and closes this one with
  /// ``CloseCode/goingAway`` when the other has taken its place.
  case move
  /// It still sends over another connection to the same session, and ends that when a keyframe went over this one.
  case beside

  /// The name of the header: words with commas between them.
  public static let headerName = "Transwrap-Features"

  /// What a client says that has these.
  public static func header(_ features: [ClientFeature]) -> String {
    features.map(\.rawValue).joined(separator: ", ")
  }

  /// Whether a client's header names it.
  public func isNamed(in header: String) -> Bool {
    header.split(separator: ",").contains { $0.filter { $0 != " " }.lowercased() == rawValue }
  }
}
