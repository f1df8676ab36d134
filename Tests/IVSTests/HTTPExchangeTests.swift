import IVS
import Media
import Testing
import Web

@Suite("HTTP exchange")
struct HTTPExchangeTests {
  @Test("a header is found whatever its case")
  func header() {
    let answer = HTTPAnswer(status: 200, headers: [("X-Amzn-ErrorType", "A"), ("x-amzn-errortype", "B")])
    #expect(answer.header("x-amzn-ErrorType") == "A")
    #expect(answer.header("date") == nil)
  }

  @Test(
    "a URL that is none of a web service is told without its user and password",
    arguments: [
      "https://user:hidden@host/x", "https://user:hidden@hidden@host", "gopher://hidden@host", "user:hidden@host",
    ])
  func userInfo(url: String) async throws {
    #expect(!"\(HTTPFailure.invalidURL(url))".contains("hidden"))
    #expect("\(HTTPFailure.invalidURL(url))".contains("host"))
    #expect(HTTPFailure.invalidURL("https:///a@b").description.contains("'https:///a@b'"))
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
