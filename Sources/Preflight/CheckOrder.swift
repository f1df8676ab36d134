/// Puts rows, which end in any order, into the report's: each is given out once all before it are done.
///
/// Pure.
public struct CheckOrder: Sendable {
  private var waiting: [CheckRow.Identifier: CheckRow] = [:]
  private var next = CheckRow.Identifier.allCases[...]

  /// Nothing is done yet.
  public init() {}

  /// Takes a row that is done.
  /// - Returns: what can be shown now.
  public mutating func take(_ row: CheckRow) -> [CheckRow] {
    waiting[row.identifier] = row
    var ready: [CheckRow] = []
    while let first = next.first, let row = waiting[first] {
      ready.append(row)
      next.removeFirst()
    }
    return ready
  }
}
