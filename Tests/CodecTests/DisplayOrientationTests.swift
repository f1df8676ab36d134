import Media
import Testing

@testable import Codec

@Suite("Pictures that are to be turned")
struct DisplayOrientationTests {
  private static let one: Int32 = 1 << 16

  @Test(
    "a display matrix says how far, in any scale, and whether left is right",
    arguments: [
      (1, 0, 0, 1, 0, false), (0, 1, -1, 0, 1, false), (-1, 0, 0, -1, 2, false), (0, -1, 1, 0, 3, false),
      (-1, 0, 0, 1, 0, true), (1, 0, 0, -1, 2, true), (0, 0, 0, 0, 0, false), (2, 0, 0, 2, 0, false),
    ] as [(Int32, Int32, Int32, Int32, Int, Bool)])
  func matrix(a: Int32, b: Int32, c: Int32, d: Int32, turns: Int, isMirrored: Bool) {
    let orientation = DisplayOrientation(a: a * Self.one, b: b * Self.one, c: c * Self.one, d: d * Self.one)
    #expect(orientation == DisplayOrientation(quarterTurns: turns, isMirrored: isMirrored))
  }

  @Test("any four numbers are some orientation")
  func anyMatrix() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let numbers = (0..<4).map { _ in Int32.random(in: .min ... .max, using: &random) }
      let orientation = DisplayOrientation(a: numbers[0], b: numbers[1], c: numbers[2], d: numbers[3])
      #expect((0...3).contains(orientation.quarterTurns))
    }
  }

  /// Each sample's value tells its place: 40 columns by 34 rows.
  private func picture() throws -> Picture {
    var picture = try Picture(size: PictureSize(width: 40, height: 34))
    for plane in 0..<3 {
      let (width, height) = (40 >> min(plane, 1), 34 >> min(plane, 1))
      _ = try picture.withMutablePlane(plane) { bytes, line in
        for row in 0..<height {
          for column in 0..<width {
            bytes.storeBytes(of: Self.value(column, row, plane), toByteOffset: row * line + column, as: UInt8.self)
          }
        }
      }
    }
    return picture
  }

  private static func value(_ column: Int, _ row: Int, _ plane: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: column * 7 + row * 41 + plane * 13)
  }

  @Test("every sample of every plane comes to its place", arguments: 0..<4, [false, true])
  func turning(turns: Int, isMirrored: Bool) throws {
    let orientation = DisplayOrientation(quarterTurns: turns, isMirrored: isMirrored)
    let source = try picture()
    var target = try Picture(size: orientation.size(of: source.size))
    try orientation.turn(source, into: &target)
    #expect(target.size == (turns.isMultiple(of: 2) ? source.size : PictureSize(width: 34, height: 40)))
    for plane in 0..<3 {
      let (width, height) = (40 >> min(plane, 1), 34 >> min(plane, 1))
      let wrong = target.withPlane(plane) { bytes, line in
        var wrong = 0
        for row in 0..<height {
          for column in 0..<width {
            let x = isMirrored ? width - 1 - column : column
            let (left, top) =
              switch turns {
              case 0: (x, row)
              case 1: (height - 1 - row, x)
              case 2: (width - 1 - x, height - 1 - row)
              default: (row, width - 1 - x)
              }
            let value = unsafe bytes.unsafeLoad(fromByteOffset: top * line + left, as: UInt8.self)
            if value != Self.value(column, row, plane) { wrong += 1 }
          }
        }
        return wrong
      }
      #expect(wrong == 0)
    }
  }

  @Test("a target of another size is refused")
  func wrongTarget() throws {
    var target = try Picture(size: PictureSize(width: 40, height: 34))
    #expect(throws: CodecError.self) {
      try DisplayOrientation(quarterTurns: 1).turn(try picture(), into: &target)
    }
  }
}
