internal import Synchronization

/// A number of places, of which each is had by one.
final class Slots: Sendable {
  let limit: Int
  private let taken = Atomic<Int>(0)

  init(limit: Int) { self.limit = limit }

  /// Places that are taken.
  var count: Int { taken.load(ordering: .relaxed) }

  /// Takes a place; false where there is none.
  func take() -> Bool {
    let count = taken.wrappingAdd(1, ordering: .relaxed).newValue
    if count <= limit { return true }
    taken.wrappingSubtract(1, ordering: .relaxed)
    return false
  }

  /// Gives a place back.
  func giveBack() { taken.wrappingSubtract(1, ordering: .relaxed) }
}
