import Foundation
import Testing

@testable import IVS

@Suite("Hostile settings and answers")
struct CredentialFuzzTests {
  private static let secret = "verysecret"
  private static let keys = #""AccessKeyId":"AKIA","SecretAccessKey":"verysecret","#
  private static let name = "AssumeRoleWithWebIdentity"
  private static let seeds = [
    "{\"Version\":1,\(keys)\"SessionToken\":\"verysecret\",\"Expiration\":\"2030-01-31T12:00:00Z\"}",
    "{\(keys)\"Token\":\"verysecret\",\"Expiration\":1.9e9,\"Code\":\"Success\"}",
    "{\"\(name)Response\":{\"\(name)Result\":{\"Credentials\":{\(keys)\"Expiration\":1.9E9}}}}",
    "<R><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>verysecret</SecretAccessKey>"
      + "<SessionToken>&lt;verysecret&amp;</SessionToken><Expiration>2030-01-31T12:00:00Z</Expiration></Credentials>",
    #"{"Error":{"Code":"Expired","Message":"words"}}"#,
    "<E><Error><Code>Expired</Code><Message>words</Message></Error></E>",
  ]

  private static func damaged(_ text: String, _ random: inout SystemRandomNumberGenerator) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes[place] = .random(in: 0...255, using: &random)
      case 1: bytes[place] = "\"{}[]<>:,\\&;=\n\t #'0".utf8.randomElement(using: &random) ?? 0
      case 2: bytes.remove(at: place)
      default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
      }
    }
    return bytes
  }

  @Test("60,000 damaged answers: no trap, and no error quotes what they hold")
  func answers() async {
    var random = SystemRandomNumberGenerator()
    var (good, bad) = (0, 0)
    for round in 0..<60_000 {
      if round % 512 == 0 { await Task.yield() }
      let bytes = Self.damaged(Self.seeds[round % Self.seeds.count], &random)
      _ = STSAnswer.refusal(bytes)
      for document in [CredentialDocument(json: bytes), STSAnswer.credentials(bytes)].compactMap({ $0 }) {
        do {
          let credentials = try document.credentials(place: "x", source: "x")
          if credentials.accessKeyID.isEmpty || credentials.secretAccessKey.isEmpty { Issue.record("empty keys") }
          good += 1
        } catch {
          if "\(error)".contains(Self.secret) { Issue.record("\(error)") }
          bad += 1
        }
      }
    }
    #expect(good > 3000 && bad > 500, "\(good) good, \(bad) bad")
  }

  @Test("deep and long answers end soon")
  func claims() {
    #expect(CredentialDocument(json: Array(String(repeating: "[", count: 100_000).utf8)) == nil)
    let deep = String(repeating: #"{"Error":"#, count: 50_000)
    #expect(STSAnswer.credentials(Array(deep.utf8)) == nil && STSAnswer.refusal(Array(deep.utf8)) == nil)
    let open = String(repeating: "<Credentials>", count: 50_000)
    #expect(STSAnswer.credentials(Array(open.utf8)) == nil)
    #expect(SafeText.line(String(repeating: "a b ", count: 100_000)).count == SafeText.limit + 1)
  }

  @Test("20,000 damaged settings files: no trap; an error names a line that is there, and quotes no value")
  func files() async {
    let seed = """
      [default]
      aws_secret_access_key = verysecret
      [profile x]
      services = y
      [services y]
      ivs =
        endpoint_url = http://verysecret
      [sso-session z]
      sso_region = eu-west-1
      """
    var random = SystemRandomNumberGenerator()
    var refused = 0
    for round in 0..<20_000 {
      if round % 512 == 0 { await Task.yield() }
      let text = String(decoding: Self.damaged(seed, &random), as: UTF8.self)
      do { _ = try ProfileFileParser.parse(text, path: "f").compactMap(\.profileInConfig) } catch {
        refused += 1
        guard case .syntax(let place, _) = error, let line = Int(place.dropFirst(2)) else {
          Issue.record("\(error)")
          continue
        }
        if !(1...11).contains(line) || "\(error)".contains(Self.secret) { Issue.record("\(error)") }
      }
    }
    #expect(refused > 1000)
  }

  @Test("times with zones are read to the second, others are none")
  func times() {
    let good = [
      "2030-01-31T12:00:00Z", "2030-01-31T12:00:00+00:00", "2030-01-31T14:00:00+02:00", "2030-01-31T12:00:00.123456Z",
      "2030-01-31 12:00:00+00:00", "2030-01-31T12:00:00.5+0000", "2030-01-31T07:30:00-04:30",
    ]
    for text in good { #expect(Timestamp(text)?.seconds.rounded(.down) == 1_896_091_200, "\(text)") }
    for text in [
      "", "soon", "2030-01-31T12:00:00", "2030-01-31", "1896091200", "2030-13-31T12:00:00Z", "2030-01-31T12:00:00Zx",
      "Z",
    ] {
      #expect(Timestamp(text)?.seconds == nil, "\(text)")
    }
  }

  @Test("what looks like a key or a token is hidden, words are not")
  func hiding() {
    #expect(SafeText.line("a\tb\u{1b}[31mc") == "a b\\x1b[31mc")
    #expect(SafeText.line("key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.") == "key <hidden>.")
    #expect(
      SafeText.line("InvalidIdentityTokenException: could not be validated")
        == "InvalidIdentityTokenException: could not be validated")
    #expect(SafeText.lastLine(Array("a\nb\n \n".utf8)) == "b")
  }
}
