internal import Interface
internal import Media
internal import Settings

/// Work that may hang on a disk or a home in the network, away from whoever must not.
enum Disk {
  /// No disk that works takes longer.
  private static let timeout: Duration = .seconds(8)

  /// Does `work` on a thread of its own.
  /// - Parameter what: begins the message where there is no answer.
  /// - Throws: what `work` throws, or one line where it takes too long; it is left to itself then.
  static func run<Value: Sendable>(
    _ what: String, _ work: @escaping @Sendable () throws(OperatorFailure) -> Value
  ) async throws(OperatorFailure) -> Value {
    let answer = await Bounded.run(within: timeout) { () async -> Result<Value, OperatorFailure> in
      await Bounded.onThread("disk", orElse: { .failure(OperatorFailure(any: $0)) }) {
        do throws(OperatorFailure) { return .success(try work()) } catch { return .failure(error) }
      }
    }
    guard let answer else {
      throw OperatorFailure("\(what): the disk does not answer", "check it, or the network that it is on", .inputOutput)
    }
    return try answer.get()
  }
}
