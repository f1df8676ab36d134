import Media
import Settings
import Testing

@Suite("Secrets that were typed into the wrong place")
struct RedactionTests {
  @Test(
    "do not come back in what a person is told",
    arguments: [
      ("no channel is called 'sk_us-west-2_AbCd1234EfGh_x'", "no channel is called 'sk_…'"),
      ("rtmps://host/app/sk_us-west-2_AbCd1234: a key", "rtmps://host/app/sk_…: a key"),
      ("token tw_0123456789abcdef is not", "token tw_… is not"),
      ("got eyJhbGciOi.eyJzdWIi.c2ln back", "got eyJ… back"),
      ("srt://host:9000?streamid=geheim&latency=200", "srt://host:9000?streamid=…&latency=200"),
      ("srt://host?latency=1&passphrase=correct+horse\" x", "srt://host?latency=1&passphrase=…\" x"),
      ("proxy http://user:pass@proxy.example:3128/", "proxy http://…@proxy.example:3128/"),
      ("wss://tok@en@host/v1", "wss://…@host/v1"), ("https://h/?X-Amz-Signature=abc", "https://h/?X-Amz-Signature=…"),
    ])
  func hidden(text: String, shown: String) {
    #expect(Redaction.applied(to: text) == shown)
    #expect(OperatorFailure(text, .usage).description == shown)
  }

  @Test(
    "and what is none stays as it is",
    arguments: [
      "", "disk_usage is high", "sk_x", "risk_assessment_report", "key=3", "gain: 'x' is not a number",
      "mail to a@b.example", "rtmps://host:443/app", "/home/u/sk/file", "https://h/p?keyframes=2&token=",
      "größer — ü@ß",
    ])
  func kept(text: String) { #expect(Redaction.applied(to: text) == text) }
}
