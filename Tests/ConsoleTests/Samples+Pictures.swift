import Foundation
import Interface
import Media

@testable import Console

extension Samples {
  /// A sunset of the aspect that the camera has.
  static func picture(_ most: ScreenSize, _ traits: TerminalTraits) -> PictureCells {
    let columns = min(most.columns, most.rows * 32 / 9)
    let rows = max(1, min(most.rows, columns * 9 / 32))
    var cells: [Cell] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let glyph = row * 3 < rows * 2 ? (column + row) % 7 == 0 ? "*" : "." : "="
        let red = UInt8(200 - row * 120 / rows)
        cells.append(
          Cell(
            glyph: traits.glyphs == .ascii ? glyph : "▀",
            style: traits.colors == .mono
              ? Style() : Style(.rgb(red: red, green: 90, blue: UInt8(row * 200 / rows)))))
      }
    }
    return PictureCells(size: ScreenSize(columns: columns, rows: rows), cells: cells)
  }

  static func code(_ columns: Int, _ rows: Int) -> PictureCells {
    let cells = (0..<columns * rows).map {
      Cell(glyph: ($0 * 7 + $0 / columns * 3) % 5 < 2 ? "#" : " ", style: Style())
    }
    return PictureCells(size: ScreenSize(columns: columns, rows: rows), cells: cells)
  }
}
