import Media
import Testing

@testable import Codec

@Suite("Decode times of pictures that come in the order of decoding")
struct PictureOrderTests {
  /// What comes of pictures with these times of showing, in milliseconds.
  private func placed(_ shown: [Int64], depth: Int?) -> [(shown: Int64, decoded: Int64)] {
    var order = PictureOrder<Int>(depth: depth)
    var result: [PictureOrder<Int>.Placed] = []
    for (index, time) in shown.enumerated() {
      result += order.add(index, shown: MediaTime(milliseconds: time), bytes: 1000)
    }
    result += order.finish()
    #expect(result.map(\.item) == Array(shown.indices))
    return result.map { ($0.shown.milliseconds, $0.decoded.milliseconds) }
  }

  @Test(
    "they are those of showing, sorted and early enough",
    arguments: [
      ([0, 40, 80, 120], 0, [0, 40, 80, 120]),
      ([0, 120, 40, 80, 240, 160, 200], nil, [-40, 0, 40, 80, 120, 160, 200]),
      ([0, 160, 80, 40, 120, 320, 240, 200, 280], nil, [-92, -46, 0, 40, 80, 120, 160, 200, 240]),
      ([0, 120, 40, 80], 1, [-34, 0, 40, 80]),
    ] as [([Int64], Int?, [Int64])])
  func order(shown: [Int64], depth: Int?, decoded: [Int64]) {
    let result = placed(shown, depth: depth)
    #expect(result.map(\.decoded) == decoded)
    #expect(result.map(\.shown) == shown)
  }

  @Test("an order that is deeper than was told costs a moment, and is known from then on")
  func deeper() {
    var shown: [Int64] = []
    for group in 0..<20 as Range<Int64> { shown += [3, 1, 2].map { (group * 3 + $0) * 40 } }
    let result = placed(shown, depth: 0)
    for (before, after) in zip(result, result.dropFirst()) { #expect(after.decoded >= before.decoded) }
    #expect(result.allSatisfy { $0.shown >= $0.decoded })
    #expect(zip(result, shown).dropFirst(6).allSatisfy { $0.shown == $1 })
  }

  @Test("any times: decoding never goes back, nothing is shown before it is decoded, nothing is lost")
  func anyTimes() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      var time: Int64 = 0
      let shown = (0..<60).map { _ in
        switch Int.random(in: 0..<12, using: &random) {
        case 0: time = Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)
        default: time += Int64.random(in: -200...300, using: &random)
        }
        return time
      }
      let result = placed(shown, depth: [nil, 0, 1, 4, 99].randomElement(using: &random) ?? nil)
      #expect(result.allSatisfy { $0.shown >= $0.decoded })
    }
  }

  @Test("pictures that are waited for are bounded in bytes")
  func bytes() {
    var order = PictureOrder<Int>(depth: nil)
    #expect(order.add(0, shown: .zero, bytes: 1 << 20).isEmpty)
    #expect(order.add(1, shown: MediaTime(milliseconds: 33), bytes: 1 << 20).count == 2)
  }
}
