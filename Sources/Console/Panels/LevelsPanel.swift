internal import Interface

/// How loud each channel is, with what one must not miss: mute, silence, clipping.
enum LevelsPanel {
  /// The quietest level on the scale, in dBFS; zero is at its right end.
  static let floor = -60.0
  private static let valueColumns = 10

  static func draw(_ state: ConsoleState, on canvas: inout Canvas, in region: Region) {
    let audio = state.status.audio
    let palette = canvas.palette
    var remark = Line("\(Figures.bitrate(audio.kilobitsPerSecond))", palette.faint)
    if state.levels.isClipped { remark = Line("\(canvas.glyphs.bad) CLIP", palette.bad) }
    if audio.isMuted { remark = Line("\(canvas.glyphs.warning) MUTED", palette.bad) }
    canvas.box(region, title: Panel.levels.title, remark: remark, isFocused: state.focus == .levels)
    let inside = region.insideBorder
    let channels = audio.levels?.channels.map { $0 as AudioLevels.Channel? } ?? [nil, nil]
    let isThick = inside.rows >= 2 * channels.count + 2
    let height = isThick ? 2 : 1
    var row = 0
    for (index, channel) in channels.enumerated() where row < inside.rows {
      let name = channels.count == 2 ? ["L", "R"][index] : "\(index + 1)"
      for step in 0..<min(height, inside.rows - row) {
        let line = inside.line(row + step)
        if step == 0 {
          canvas.put(name, palette.strong, in: line)
          canvas.put(value(state.levels.peak(index) ?? channel?.peak), in: line, alignment: .trailing)
        }
        bar(channel ?? AudioLevels.Channel(), hold: state.levels.peak(index), on: &canvas, in: barPlace(line))
      }
      row += height
    }
    let left = inside.rows - row
    if left >= 2 {
      scale(on: &canvas, in: barPlace(inside.line(row)))
      row += 1
    }
    if left >= 1 { canvas.put(Line.fitting(facts(state, canvas), in: inside.columns), in: inside.line(row)) }
  }

  private static func barPlace(_ line: Region) -> Region {
    Region(column: line.column + 2, row: line.row, columns: max(1, line.columns - 2 - valueColumns), rows: 1)
  }

  private static func value(_ decibels: Double?) -> String {
    guard let decibels else { return "- dB" }
    return decibels <= -100 ? "-inf dB" : "\(Figures.decimal(decibels, digits: 1)) dB"
  }

  /// RMS as a full bar, the peak as a fainter one beyond it, the held peak as a mark.
  private static func bar(_ channel: AudioLevels.Channel, hold: Double?, on canvas: inout Canvas, in place: Region) {
    let glyphs = canvas.glyphs
    let palette = canvas.palette
    func cells(_ decibels: Double) -> Double {
      max(0, min(1, (decibels - floor) / -floor)) * Double(place.columns)
    }
    let steps = Double(glyphs.growing.count)
    let rms = (cells(channel.rms) * steps).rounded() / steps
    let peak = cells(channel.peak)
    let mark = hold.flatMap { $0 > floor ? min(place.columns - 1, Int(cells($0))) : nil }
    for column in 0..<place.columns {
      let decibels = floor - floor * Double(column) / Double(place.columns)
      let style = palette.meter[decibels >= -3 ? 2 : decibels >= -9 ? 1 : 0]
      let filled = rms - Double(column)
      var cell = Cell(glyph: glyphs.trough, style: palette.faint)
      if filled >= 1 {
        cell = Cell(glyph: glyphs.growing[glyphs.growing.count - 1], style: style)
      } else if filled > 0 {
        cell = Cell(glyph: glyphs.growing[max(0, Int(filled * steps) - 1)], style: style)
      } else if Double(column) < peak {
        cell = Cell(glyph: glyphs.level == .ascii ? "=" : "▒", style: style)
      }
      if column == mark { cell = Cell(glyph: glyphs.level == .ascii ? "|" : "│", style: style.bolder) }
      canvas.put(cell, column: place.column + column, row: place.row)
    }
  }

  private static func scale(on canvas: inout Canvas, in place: Region) {
    for mark in [0, -9, -20, -40, -60, -30, -50, -3] {
      let text = "\(mark)"
      let at = Int((Double(mark) - floor) / -floor * Double(place.columns - 1))
      let start = max(0, min(place.columns - text.count, at - text.count / 2))
      let isFree = (max(0, start - 1)...min(place.columns - 1, start + text.count)).allSatisfy {
        canvas.screen[Position(column: place.column + $0, row: place.row)] == .blank
      }
      guard isFree else { continue }
      let spot = Region(column: place.column + start, row: place.row, columns: text.count, rows: 1)
      canvas.put(text, canvas.palette.faint, in: spot)
    }
  }

  private static func facts(_ state: ConsoleState, _ canvas: Canvas) -> [Part] {
    let audio = state.status.audio
    let palette = canvas.palette
    var parts: [Part] = []
    if audio.sourceState == .lost {
      parts.append(Part("\(canvas.glyphs.bad) MICROPHONE LOST", palette.bad, importance: 12))
    } else if audio.isMuted {
      parts.append(Part("\(canvas.glyphs.warning) MUTED", palette.bad, importance: 11))
    } else if let silent = audio.levels?.silentSeconds, silent >= 5 {
      let seconds = Figures.decimal(silent.rounded(.down), digits: 0)
      parts.append(Part("\(canvas.glyphs.warning) SILENT for \(seconds) s", palette.warning, importance: 10))
    }
    if state.levels.isClipped {
      parts.append(Part("\(canvas.glyphs.bad) CLIP", palette.bad, importance: 9))
    }
    let loudness = (audio.levels?.shortTermLoudness).map { "\(Figures.decimal($0, digits: 1)) LUFS" } ?? "no LUFS yet"
    parts.append(Part(loudness, palette.strong, importance: 8))
    parts.append(Part("gain \(Figures.gain(audio.gainDecibels))", palette.text, importance: 7))
    parts.append(Part(audio.source, palette.faint, importance: 1))
    return parts
  }
}

extension Style {
  /// The same, not bold.
  var plain: Style {
    var style = self
    style.isBold = false
    return style
  }
}
