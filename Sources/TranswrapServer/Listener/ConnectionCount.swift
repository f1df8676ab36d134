internal import Synchronization

/// How many connections there are, with a session or without one: in all, and of each address.
final class ConnectionCount: Sendable {
  /// Why one more is not taken.
  enum Refusal: String, Error { case all = "connections", address = "connections-per-address" }

  private let limit: Int
  private let addressLimit: Int
  private let state = Mutex<(all: Int, addresses: [String: Int])>((0, [:]))

  init(limit: Int, perAddress addressLimit: Int) {
    self.limit = limit
    self.addressLimit = addressLimit
  }

  /// Counts one more.
  /// - Parameter group: whose address it has; `nil` where all have a load balancer's.
  func enter(_ group: String?) throws(Refusal) {
    let refusal = state.withLock { state -> Refusal? in
      guard state.all < limit else { return .all }
      if let group {
        guard state.addresses[group, default: 0] < addressLimit else { return .address }
        state.addresses[group, default: 0] += 1
      }
      state.all += 1
      return nil
    }
    if let refusal { throw refusal }
  }

  /// One is over.
  func leave(_ group: String?) {
    state.withLock { state in
      state.all -= 1
      guard let group, let count = state.addresses[group] else { return }
      state.addresses[group] = count > 1 ? count - 1 : nil
    }
  }
}
