/// A container that browsers and phones record into, told by a stream's first bytes.
public enum StreamContainer: String, Sendable, CaseIterable {
  /// WebM and Matroska (RFC 9559).
  case matroska
  /// MP4 in fragments, or with its header first (ISO/IEC 14496-12).
  case mp4

  /// How many bytes ``init(recognizing:)`` wants to see.
  public static let signatureBytes = 8

  /// Recognises a container; `nil` where the bytes begin none of them.
  public init?(recognizing bytes: some Collection<UInt8>) {
    let first = Array(bytes.prefix(Self.signatureBytes))
    // EBML's header element; a box whose type, after its size, can begin a file.
    if first.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) {
      self = .matroska
    } else if first.count == 8, [Array("ftyp".utf8), Array("styp".utf8)].contains(Array(first[4...])) {
      self = .mp4
    } else {
      return nil
    }
  }

  /// What people call it.
  var name: String { self == .mp4 ? "MP4" : "WebM" }
}
