import Foundation

/// Boxes and elements as a stranger may write them.
enum Bytes {
  static func joined(_ parts: [UInt8]...) -> [UInt8] { parts.flatMap(\.self) }

  static func words(_ values: UInt32...) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * $0)) } }
  }

  static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

  /// `body`'s bytes, so many times.
  static func times(_ count: Int, _ body: [UInt8]) -> [UInt8] {
    Array(repeatElement(body, count: count).joined())
  }

  /// A box of MP4.
  static func box(_ type: String, _ parts: [UInt8]..., size: UInt32? = nil) -> [UInt8] {
    let content = parts.flatMap(\.self)
    return joined(words(size ?? UInt32(content.count + 8)), Array(type.utf8), content)
  }

  /// A table of so many entries, of which only `content` is there.
  static func table(_ type: String, count: UInt32, _ content: [UInt8] = []) -> [UInt8] {
    box(type, words(0, count), content)
  }

  /// An element of Matroska; its size has eight bytes.
  static func element(_ id: [UInt8], _ parts: [UInt8]..., size: Int? = nil) -> [UInt8] {
    let content = parts.flatMap(\.self)
    let length = size ?? content.count
    let bytes = (0..<7).map { UInt8(truncatingIfNeeded: length >> (48 - 8 * $0)) }
    return joined(id, [0x01], bytes, content)
  }

  static let ftyp = box("ftyp", Array("isom".utf8), words(512), Array("iso5".utf8))

  /// A movie of one track of VP8, with tables and what else is wanted in it.
  static func movie(_ tables: [UInt8], more: [UInt8] = []) -> [UInt8] {
    let matrix = words(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000)
    let tkhd = box("tkhd", words(3, 0, 0, 1), zeros(24), matrix, words(320 << 16, 180 << 16))
    let mdhd = box("mdhd", words(0, 0, 0, 1000, 0, 0))
    let hdlr = box("hdlr", words(0, 0), Array("vide".utf8), zeros(13))
    let entry = box("vp08", zeros(24), [1, 64, 0, 180], zeros(50))
    let stsd = box("stsd", words(0, 1), entry)
    let media = box("mdia", mdhd, hdlr, box("minf", box("stbl", stsd, tables)))
    let mvhd = box("mvhd", words(0, 0, 0, 1000), zeros(80))
    return box("moov", mvhd, box("trak", tkhd, media), more)
  }

  /// A fragment with one run.
  static func fragment(flags: UInt32, count: UInt32, _ fields: [UInt8] = []) -> [UInt8] {
    let run = box("trun", words(flags, count), fields)
    return box("moof", box("mfhd", words(0, 1)), box("traf", box("tfhd", words(0x02_0000, 1)), run))
  }

  static let webM = element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], Array("webm".utf8)))
  static let segment: [UInt8] = [0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
  static let geometry = element([0xe0], element([0xb0], [1, 64]), element([0xba], [180]))
  static let trackEntry = element(
    [0xae], element([0xd7], [1]), element([0x83], [1]), element([0x86], Array("V_VP8".utf8)), geometry)
  static let tracks = element([0x16, 0x54, 0xae, 0x6b], trackEntry)
  static let cluster: [UInt8] = [0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
}

/// The largest resident memory of this process since it was last asked, in bytes.
enum PeakMemory {
  /// Forgets what was.
  static func reset() { FileHandle(forWritingAtPath: "/proc/self/clear_refs")?.write(Data("5".utf8)) }

  /// The peak since then.
  static var bytes: Int { value("VmHWM") }

  /// What is resident now.
  static var now: Int { value("VmRSS") }

  private static func value(_ name: String) -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return (line.flatMap { Int($0.filter(\.isNumber)) } ?? 0) * 1024
  }
}
