import Media
import Testing

@testable import Networking

@Suite("Secrets")
struct SecretTests {
  @Test("no way of printing shows a secret")
  func hidden() throws {
    struct Holder { let key: StreamKey, token: BearerToken }
    let holder = Holder(key: try StreamKey("sk_secret"), token: try BearerToken("tw_secret"))
    var dumped = ""
    dump(holder, to: &dumped)
    for text in [
      "\(holder)", String(reflecting: holder), dumped, "\([holder.key])", "\(Optional(holder.token) as Any)",
      "\(holder.key)", String(reflecting: holder.token),
    ] {
      #expect(!text.contains("secret"))
    }
    #expect("\(holder.key)" == "<stream key>")
    #expect("\(holder.token)" == "<token>")
  }
}

@Suite("Tokens")
struct BearerTokenTests {
  @Test("visible ASCII of up to 8192 bytes is taken", arguments: ["!", "~", String(repeating: "x", count: 8192)])
  func accepted(text: String) throws { #expect(try BearerToken(text).value == text) }

  @Test(
    "what is refused, and not repeated",
    arguments: [
      ("", .empty), ("secret secret", .forbiddenCharacter), ("secret\u{7f}", .forbiddenCharacter),
      ("sécret", .forbiddenCharacter), (String(repeating: "x", count: 8193), .wrongLength(bytes: 8193)),
    ] as [(String, SecretError.Fault)])
  func refused(text: String, fault: SecretError.Fault) {
    let error = #expect(throws: SecretError.self) { try BearerToken(text) }
    #expect(error?.fault == fault && error?.description.contains("cret") == false)
  }
}

@Suite("Stream keys")
struct StreamKeyTests {
  @Test(
    "what is refused",
    arguments: [
      ("", .empty), ("a b", .forbiddenCharacter), ("a\n", .forbiddenCharacter), ("a/b", .forbiddenCharacter),
      ("a\u{0}b", .forbiddenCharacter), ("a\u{a0}b", .forbiddenCharacter),
      (String(repeating: "x", count: 1025), .wrongLength(bytes: 1025)),
    ] as [(String, SecretError.Fault)])
  func refused(text: String, fault: SecretError.Fault) {
    let error = #expect(throws: SecretError.self) { try StreamKey(text) }
    #expect(error?.fault == fault && error?.description.hasPrefix("the stream key ") == true)
  }

  @Test("a key of 1024 bytes is taken")
  func longest() throws { #expect(try StreamKey(String(repeating: "x", count: 1024)).value.count == 1024) }

  @Test("a priority goes behind the key and replaces an older one")
  func priority() throws {
    let key = try StreamKey("sk_a")
    #expect(key.withPriority(3).value == "sk_a?priority=3")
    #expect(key.withPriority(3).withPriority(4).value == "sk_a?priority=4")
    #expect(key.withPriority(0).value == "sk_a?priority=1")
    #expect(key.withPriority(.max).value == "sk_a?priority=2147483647")
    #expect(key.withPriority(3).names(sameChannelAs: key))
    #expect(try !key.names(sameChannelAs: StreamKey("sk_b")))
    #expect(try !key.names(sameChannelAs: StreamKey("sk_aa")))
  }

  @Test("what a server says is shown without control characters and without the key")
  func serverText() {
    #expect(ForeignText.cleaned("no \u{1b}[31msk_secret\r\n!", hiding: "sk_secret") == "no \\x1b[31m<stream key> !")
    #expect(ForeignText.cleaned(String(repeating: "x", count: 500)).count == 200)
  }
}
