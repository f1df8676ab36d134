import IVS
import Testing

@Suite("HTTP exchange")
struct HTTPExchangeTests {
  @Test("a header is found whatever its case")
  func header() {
    let answer = HTTPAnswer(status: 200, headers: [("X-Amzn-ErrorType", "A"), ("x-amzn-errortype", "B")])
    #expect(answer.header("x-amzn-ErrorType") == "A")
    #expect(answer.header("date") == nil)
  }

  @Test("what may be secret shows in no dump")
  func dumps() {
    var text = ""
    dump(HTTPRequest("GET", "http://a/", headers: [("Authorization", "hidden")], body: Array("hidden".utf8)), to: &text)
    dump(HTTPAnswer(status: 200, headers: [("Token", "hidden")], body: Array("hidden".utf8)), to: &text)
    dump(AWSCredentials(accessKeyID: "hidden", secretAccessKey: "hidden", source: "environment"), to: &text)
    #expect(!text.contains("hidden"))
  }
}
