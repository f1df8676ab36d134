import Testing

@testable import Transwrap

@Suite("A client's first frame")
struct ClientHelloTests {
  @Test("token and session are read, whatever else stands there")
  func reads() throws {
    let session = SessionID()
    #expect(ClientHello(json: #"{"token":"tw_a"}"#) == ClientHello(token: "tw_a", session: nil))
    #expect(ClientHello(json: #" {"token": "", "session": null, "v": [1]} "#) == ClientHello(token: "", session: nil))
    #expect(
      ClientHello(json: #"{"token":"a\"é","session":"\#(session.text)"}"#)
        == ClientHello(token: "a\"é", session: session))
  }

  @Test("what is written is read again")
  func roundTrip() {
    for token in ["", "tw_abc", "e.y.J", "\"\\\u{0}\n/", "é👩‍👩‍👧"] {
      for session in [nil, SessionID()] {
        let hello = ClientHello(token: token, session: session)
        #expect(ClientHello(json: hello.json) == hello)
      }
    }
  }

  @Test(
    "what is none is not taken",
    arguments: [
      "", "{}", "[]", "null", "\"token\"", "{", #"{"token":1}"#, #"{"token":null}"#, #"{"Token":"a"}"#,
      #"{"token":"a","session":"short"}"#, #"{"token":"a","session":7}"#, #"{"session":"aaaaaaaaaaaaaaaaaaaaaa"}"#,
      #"{"token":"a"}{"token":"b"}"#, #"{"token":"a""#, "token=a", String(repeating: "[", count: 10_000),
    ])
  func wrong(json: String) { #expect(ClientHello(json: json) == nil) }

  @Test("the longest text is looked at, one more byte is not")
  func limit() {
    func json(_ bytes: Int) -> String {
      #"{"token":""# + String(repeating: "a", count: bytes - 12) + #""}"#
    }
    #expect(json(ClientHello.byteLimit).utf8.count == ClientHello.byteLimit)
    #expect(ClientHello(json: json(ClientHello.byteLimit))?.token.count == ClientHello.byteLimit - 12)
    #expect(ClientHello(json: json(ClientHello.byteLimit + 1)) == nil)
  }

  @Test("its token is never printed")
  func printed() {
    let hello = ClientHello(token: "tw_secret", session: SessionID("abcdefghijklmnopqrstuv"))
    var dumped = ""
    dump(hello, to: &dumped)
    for text in ["\(hello)", String(reflecting: hello), "\([hello])", "\(hello as ClientHello?)", dumped] {
      #expect(!text.contains("secret") && !text.contains("abcdefg"), "\(text)")
    }
  }
}
