import Foundation

/// Random inputs that can be repeated: the seed is printed, and `FUZZ_SEED` sets it; `FUZZ_SECONDS` fuzzes by the clock
/// instead of by a count, for long runs.
public struct Fuzz: Sendable {
  /// A fast generator with a fixed sequence for each seed (xorshift64*).
  public struct Random: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the sequence of `seed`.
    public init(seed: UInt64) { state = seed | 1 }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 0x2545_f491_4f6c_dd1d
    }

    /// A number from 0 to `limit` - 1; 0 where `limit` is none.
    public mutating func below(_ limit: Int) -> Int { Int(truncatingIfNeeded: next() >> 33) % max(1, limit) }
  }

  private let name: String
  private let seed: UInt64
  private let count: Int
  private let seconds: Double?

  /// Describes a run.
  /// - Parameters:
  ///   - name: what is printed beside the seed.
  ///   - count: how many inputs, unless `FUZZ_SECONDS` gives a time.
  ///   - seed: what the sequence begins with, unless `FUZZ_SEED` names another.
  public init(_ name: String, count: Int, seed: UInt64 = 0x1f5_b0ad_ca57) {
    let environment = ProcessInfo.processInfo.environment
    self.name = name
    self.count = count
    self.seed = environment["FUZZ_SEED"].flatMap { UInt64($0) } ?? seed
    seconds = environment["FUZZ_SECONDS"].flatMap { Double($0) }
  }

  /// Calls `body` for each input with the sequence to draw from; yields now and then, for tests that run beside.
  public func run(_ body: (inout Random) async throws -> Void) async rethrows {
    var random = Random(seed: seed)
    let start = ContinuousClock.now
    var done = 0
    defer { print("fuzz \(name): seed \(seed), \(done) inputs in \(ContinuousClock.now - start)") }
    while true {
      if let seconds {
        if done % 64 == 0 && ContinuousClock.now - start > .seconds(seconds) { return }
      } else if done == count {
        return
      }
      if done % 512 == 0 { await Task.yield() }
      try await body(&random)
      done += 1
    }
  }

  /// `bytes` with one to five bytes changed (half of them to extremes), or cut short, or random bytes altogether.
  public static func mutated(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    switch random.below(8) {
    case 0:
      return (0..<random.below(48)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    case 1:
      return Array(bytes.prefix(random.below(bytes.count)))
    default:
      let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 3, 8, 0x0a]
      for _ in 0...random.below(5) where !bytes.isEmpty {
        let value = random.next()
        let byte = value & 1 == 0 ? UInt8(truncatingIfNeeded: value >> 8) : extremes[Int(value >> 8 & 7)]
        bytes[random.below(bytes.count)] = byte
      }
      return bytes
    }
  }
}
