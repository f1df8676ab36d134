import Media
import Networking
import Testing

@testable import SRT

@Suite("Passphrases")
struct PassphraseTests {
  @Test("SRT's lengths are taken: 10 to 79 bytes", arguments: [10, 69, 79])
  func accepted(count: Int) throws {
    let text = String(repeating: "x", count: count)
    #expect(try SRTPassphrase(text).value == text)
  }

  @Test(
    "what is refused",
    arguments: [
      ("", .empty), ("secret789", .wrongLength(bytes: 9)), (String(repeating: "x", count: 80), .wrongLength(bytes: 80)),
      (String(repeating: "é", count: 40), .wrongLength(bytes: 80)), ("secret\nsecret", .forbiddenCharacter),
      ("secret\u{0}secret", .forbiddenCharacter),
    ] as [(String, SecretError.Fault)])
  func refused(text: String, fault: SecretError.Fault) {
    let error = #expect(throws: SecretError.self) { try SRTPassphrase(text) }
    #expect(error?.fault == fault && error?.description.contains("secret") == false)
  }

  @Test("no way of printing shows it")
  func hidden() throws {
    struct Holder { let passphrase: SRTPassphrase, streamID: SRTStreamID }
    let holder = Holder(passphrase: try SRTPassphrase("secret secret"), streamID: try SRTStreamID(key: "secret"))
    var dumped = ""
    dump(holder, to: &dumped)
    for text in ["\(holder)", String(reflecting: holder), dumped, "\([holder.passphrase])", "\([holder.streamID])"] {
      #expect(!text.contains("secret"))
    }
    #expect("\(holder.passphrase)" == "<passphrase>")
    #expect("\(holder.streamID)" == "<stream id>")
  }
}

@Suite("Stream ids")
struct StreamIDTests {
  @Test(
    "the key alone, or SRT's access control syntax where there is a priority",
    arguments: [
      ("sk_us-west-2_a1", nil, "sk_us-west-2_a1"), ("sk_a", 1, "#!::u=sk_a,priority=1"),
      ("sk_a?priority=7", nil, "#!::u=sk_a,priority=7"), ("sk_a?priority=7", 9, "#!::u=sk_a,priority=9"),
      ("sk_a", 0, "#!::u=sk_a,priority=1"), ("sk_a", Int.max, "#!::u=sk_a,priority=2147483647"),
      ("sk_a?other=1", nil, "sk_a?other=1"), ("a,b=c", nil, "a,b=c"),
    ] as [(String, Int?, String)])
  func spelling(key: String, priority: Int?, value: String) throws {
    #expect(try SRTStreamID(key: key, priority: priority).value == value)
  }

  @Test(
    "what SRT cannot carry is refused, and not repeated",
    arguments: [
      ("", nil, .empty), ("?priority=1", nil, .empty),
      (String(repeating: "s", count: 513), nil, .tooLong(bytes: 513)), ("secret,a", 1, .noPlaceForPriority),
      ("secret=a", 1, .noPlaceForPriority),
    ] as [(String, Int?, SRTStreamIDError)])
  func refused(key: String, priority: Int?, error: SRTStreamIDError) {
    #expect(throws: error) { try SRTStreamID(key: key, priority: priority) }
    #expect(!error.description.contains("secret"))
  }

  @Test("512 bytes are taken")
  func longest() throws {
    #expect(try SRTStreamID(key: String(repeating: "x", count: 512)).value.utf8.count == 512)
  }
}

@Suite("Why a connection is turned down")
struct RejectionTests {
  @Test(
    "each reason has its kind and words of its own",
    arguments: [
      (1, .local, "system call"), (2, .unwanted, "does not want"), (3, .local, "resources"),
      (4, .incompatible, "no SRT handshake"), (5, .busy, "wait"), (6, .local, "internal"), (7, .busy, "close"),
      (8, .incompatible, "too old"), (10, .secret, "wrong passphrase"), (11, .secret, "has none"),
      (12, .incompatible, "file"), (13, .incompatible, "congestion"), (14, .incompatible, "filter"),
      (15, .incompatible, "bonded"), (99, .incompatible, "99"), (1401, .unwanted, "stream key"),
      (1402, .busy, "overloaded"), (1404, .unwanted, "no such stream"), (1409, .unwanted, "already"),
      (1503, .busy, "out of service"), (2042, .unwanted, "2042"),
    ] as [(Int32, SRTRejection.Kind, String)])
  func words(code: Int32, kind: SRTRejection.Kind, words: String) {
    let rejection = SRTRejection(code: code)
    #expect(rejection.kind == kind)
    #expect(rejection.words.contains(words))
    let line = SRTError.rejected(rejection, at: "host:9000", hasPassphrase: true).description
    #expect(line.contains(words) && line.hasPrefix("host:9000 refused") && !line.contains("\n"))
  }

  @Test("a missing passphrase is answered with where to give it")
  func advice() {
    let error = SRTError.rejected(SRTRejection(code: 11), at: "h:1", hasPassphrase: false)
    #expect(error.description.contains("`passphrase-file`"))
  }
}
