/// A 5 by 7 bitmap font with what the test pattern writes: digits and a few signs and letters.
enum PixelFont {
  static let width = 5
  static let height = 7

  /// The rows of a character, top first, the leftmost dot in bit 4; blank for characters that are not there.
  static func rows(_ character: UInt8) -> [UInt8] { table[Int(character)] }

  private static let table: [[UInt8]] = {
    var table = [[UInt8]](repeating: [UInt8](repeating: 0, count: height), count: 256)
    // Two lines of characters, drawn side by side, six columns each.
    for (characters, picture) in [("01234567", first), ("89:.FRAME", second)] {
      for (index, character) in characters.utf8.enumerated() {
        table[Int(character)] = picture.map { line in
          let dots = Array(line.utf8)
          return (0..<width).reduce(0) { row, column in
            let position = index * (width + 1) + column
            return row << 1 | (position < dots.count && dots[position] == UInt8(ascii: "#") ? 1 : 0)
          }
        }
      }
    }
    return table
  }()

  private static let first = [
    " ###    #    ###  #####    #  #####   ##  ##### ",
    "#   #  ##   #   #    #    ##  #      #        # ",
    "#  ##   #       #   #    # #  ####  #        #  ",
    "# # #   #      #     #  #  #      # ####    #   ",
    "##  #   #     #       # #####     # #   #  #    ",
    "#   #   #    #    #   #    #  #   # #   #  #    ",
    " ###   ###  #####  ###     #   ###   ###   #    ",
  ]

  private static let second = [
    " ###   ###              ##### ####   ###  #   # #####",
    "#   # #   #   ##        #     #   # #   # ## ## #    ",
    "#   # #   #   ##        #     #   # #   # # # # #    ",
    " ###   ####             ####  ####  ##### # # # #### ",
    "#   #     #   ##        #     # #   #   # #   # #    ",
    "#   #    #    ##    ##  #     #  #  #   # #   # #    ",
    " ###   ##           ##  #     #   # #   # #   # #####",
  ]
}
