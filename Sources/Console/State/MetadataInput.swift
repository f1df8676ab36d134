/// Text that is put into the stream while somebody types it.
struct MetadataInput: Equatable, Sendable {
  /// Bytes of UTF-8 that IVS takes at once (PutMetadata of the IVS API).
  static let limit = 1...1024

  var input = TextInput()
  var submission = Submission()

  /// Bytes it has.
  var byteCount: Int { input.text.utf8.count }

  /// Why a text cannot be sent; `nil` if it can.
  static func problem(_ text: String) -> String? {
    let count = text.utf8.count
    if count < limit.lowerBound { return "there is no text to send yet" }
    return count > limit.upperBound ? "\(count) bytes are too many: \(limit.upperBound) is the most" : nil
  }
}
