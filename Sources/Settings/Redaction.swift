/// Takes secrets out of a text that a person is to see: what somebody typed into the wrong field comes back in failures.
///
/// Pure. It knows secrets by their form: stream keys (`sk_…`), this project's tokens (`tw_…`), JSON Web Tokens
/// (`eyJ….….…`), what stands before the `@` of a URL, and the values of a URL's query items that hold one.
public enum Redaction {
  private static let prefixes = ["sk_", "tw_", "eyJ"].map { Array($0.utf8) }
  /// Shorter words are none.
  private static let leastLength = 8
  private static let items = [
    "streamid", "passphrase", "token", "key", "streamkey", "password", "secret", "auth", "signature", "x-amz-signature",
    "x-amz-credential", "x-amz-security-token",
  ].map { Array($0.utf8) }
  private static let mark = Array("…".utf8)

  /// The text without them.
  public static func applied(to text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(where: { $0 == 0x5F || $0 == 0x4A || $0 == 0x40 || $0 == 0x3D }) else { return text }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if let prefix = secretWord(in: bytes, at: index) {
        output += prefix + mark
        index = bytes[index...].firstIndex { !isWordByte($0) } ?? bytes.count
      } else if let end = userInformation(in: bytes, at: index) {
        output += Array("://".utf8) + mark
        index = end
      } else if let (start, end) = queryValue(in: bytes, at: index) {
        output += bytes[index..<start] + mark
        index = end
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The prefix of a word that begins here and looks like a secret.
  private static func secretWord(in bytes: [UInt8], at index: Int) -> [UInt8]? {
    guard index == 0 || !(isLetterOrDigit(bytes[index - 1]) || bytes[index - 1] == 0x5F) else { return nil }
    guard let prefix = prefixes.first(where: { bytes[index...].starts(with: $0) }) else { return nil }
    let length = bytes[index...].prefix(while: isWordByte).count
    return length >= leastLength ? prefix : nil
  }

  /// Where the host begins, if `://` stands here and something with an `@` comes before the host.
  private static func userInformation(in bytes: [UInt8], at index: Int) -> Int? {
    guard bytes[index...].starts(with: Array("://".utf8)) else { return nil }
    let authority = bytes[(index + 3)...].prefix { byte in
      byte > 0x20 && byte != 0x2F && byte != 0x3F && byte != 0x23 && byte != 0x22 && byte != 0x27
    }
    return authority.lastIndex(of: 0x40)
  }

  /// The value of a query item with a telling name whose `?` or `&` stands here.
  private static func queryValue(in bytes: [UInt8], at index: Int) -> (start: Int, end: Int)? {
    guard bytes[index] == 0x3F || bytes[index] == 0x26 else { return nil }
    let name = bytes[(index + 1)...].prefix { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F }
    guard name.endIndex < bytes.count, bytes[name.endIndex] == 0x3D, items.contains(name.map(lowercased)) else {
      return nil
    }
    let start = name.endIndex + 1
    let end =
      bytes[start...].firstIndex { $0 <= 0x20 || $0 == 0x26 || $0 == 0x22 || $0 == 0x27 } ?? bytes.count
    return end > start ? (start, end) : nil
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || byte == 0x5F || byte == 0x2D || byte == 0x2E
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
}
