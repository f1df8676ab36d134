/// Colours as a terminal's number of colours allows: the number that it knows the nearest one by.
struct ColorPalette {
  let colors: TerminalTraits.Colors

  /// The usual shades of the sixteen colours; terminals differ here.
  static let sixteen: [(red: Int, green: Int, blue: Int)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
  ]

  /// The terminal's number for a colour; -1 for its own one.
  func code(_ color: CellColor) -> Int32 {
    switch color {
    case .standard: -1
    case .named(let name): colors == .mono ? -1 : Int32(name.rawValue)
    case .rgb(let red, let green, let blue):
      switch colors {
      case .mono: -1
      case .eight: Self.nearest(Int(red), Int(green), Int(blue), among: 8)
      case .sixteen: Self.nearest(Int(red), Int(green), Int(blue), among: 16)
      case .palette256: Self.cubeOrGray(Int(red), Int(green), Int(blue))
      case .trueColor: Self.direct(red, green, blue)
      }
    }
  }

  /// 24 bits; the first eight numbers mean the named colours, so the darkest blues become the darkest grey.
  private static func direct(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
    let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    return value < 8 ? 0x01_0101 : value
  }

  private static func nearest(_ red: Int, _ green: Int, _ blue: Int, among count: Int) -> Int32 {
    var best = (distance: Int.max, index: 0)
    for index in 0..<count {
      let distance = distance(sixteen[index], (red, green, blue))
      if distance < best.distance { best = (distance, index) }
    }
    return Int32(best.index)
  }

  /// Of the 6×6×6 cube and the 24 greys; the first sixteen are the terminal's own and not to be trusted.
  private static func cubeOrGray(_ red: Int, _ green: Int, _ blue: Int) -> Int32 {
    let step = { (value: Int) in value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
    let level = { (step: Int) in step == 0 ? 0 : 55 + 40 * step }
    let (r, g, b) = (step(red), step(green), step(blue))
    let average = (red + green + blue) / 3
    let gray = average > 238 ? 23 : max(0, (average - 3) / 10)
    let grayLevel = 8 + 10 * gray
    let cubeDistance = distance((level(r), level(g), level(b)), (red, green, blue))
    let grayDistance = distance((grayLevel, grayLevel, grayLevel), (red, green, blue))
    return Int32(grayDistance < cubeDistance ? 232 + gray : 16 + 36 * r + 6 * g + b)
  }

  /// Weighted as the eye sees: green most, then red, then blue.
  private static func distance(_ left: (red: Int, green: Int, blue: Int), _ right: (Int, Int, Int)) -> Int {
    let (red, green, blue) = (left.red - right.0, left.green - right.1, left.blue - right.2)
    return 3 * red * red + 4 * green * green + 2 * blue * blue
  }
}
