/// The name of one session, by which its client goes on with it after a lost connection; as good as a password for it.
public struct SessionID: Hashable, Sendable, CustomStringConvertible {
  /// 128 random bits in base64url, 22 characters.
  public let text: String

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let length = 22

  /// A name that nobody else has.
  public init() {
    var random = SystemRandomNumberGenerator()
    let characters = (0..<Self.length).map { _ in Self.alphabet[Int(random.next() & 63)] }
    text = String(decoding: characters, as: UTF8.self)
  }

  /// A name as a client gives it; `nil` where it cannot be one.
  public init?(_ text: String) {
    guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
    self.text = text
  }

  /// Its first characters: enough to find it in a log, too little to use it.
  public var description: String { String(text.prefix(6)) }
}
