internal import FoundationEssentials

/// Points in time as AWS's services and tools write them.
enum CredentialTime {
  /// Seconds since 1970 of an ISO 8601 time with its zone: `2030-01-31T12:00:00Z`, `2030-01-31 12:00:00.5+01:00`.
  static func seconds(_ text: String) -> Double? {
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    var whole = text
    // Whole seconds are enough, and the library reads a fraction only where it is told that there is one.
    if let point = whole.firstIndex(where: { $0 == "." || $0 == "," }) {
      let rest = whole[whole.index(after: point)...].drop { $0.isNumber }
      whole = String(whole[..<point] + rest)
    }
    if let space = whole.firstIndex(of: " ") { whole.replaceSubrange(space...space, with: "T") }
    guard whole.last == "Z" || whole.dropFirst(10).contains(where: { $0 == "+" || $0 == "-" }) else { return nil }
    return (try? Date(whole, strategy: .iso8601))?.timeIntervalSince1970
  }
}
