/// Who is connected to a server that anybody may connect to: never more than a fixed number.
///
/// Those who have shown that they belong here stay; of the others the oldest makes room for who comes next, so that
/// connections which only wait keep nobody out. Pure.
public struct ConnectionLimit<ID: Hashable & Sendable>: Sendable {
  /// What becomes of somebody who comes.
  public enum Admission: Equatable, Sendable {
    case admitted
    /// Let in, and this one has to go.
    case admittedInPlaceOf(ID)
    /// All places are taken by those who belong here.
    case refused
  }

  private let limit: Int
  /// In the order in which they came.
  private var unproven: [ID] = []
  private var proven: Set<ID> = []

  /// - Parameter limit: how many may be there at one time, at least one.
  public init(limit: Int) { self.limit = max(1, limit) }

  /// How many are there.
  public var count: Int { unproven.count + proven.count }

  /// Somebody comes.
  public mutating func add(_ id: ID) -> Admission {
    guard count >= limit else {
      unproven.append(id)
      return .admitted
    }
    guard !unproven.isEmpty else { return .refused }
    let oldest = unproven.removeFirst()
    unproven.append(id)
    return .admittedInPlaceOf(oldest)
  }

  /// Somebody has shown that it belongs here.
  public mutating func recognize(_ id: ID) {
    guard let index = unproven.firstIndex(of: id) else { return }
    unproven.remove(at: index)
    proven.insert(id)
  }

  /// Somebody has left.
  public mutating func remove(_ id: ID) {
    guard proven.remove(id) == nil, let index = unproven.firstIndex(of: id) else { return }
    unproven.remove(at: index)
  }
}
