import RTMP
import Testing

@testable import Transwrap

@Suite("Publish requests")
struct PublishRequestTests {
  @Test("a channel is named by its path, and a session by the query")
  func channel() throws {
    let session = SessionID()
    #expect(try PublishRequest(path: "/v1/publish/venue") == .channel("venue", session: nil))
    #expect(
      try PublishRequest(path: "/v1/publish/venue?session=\(session.text)") == .channel("venue", session: session))
  }

  @Test("the original's URL is taken apart, and its key never shows in what is logged")
  func original() throws {
    let path = "/rtmps/h264/rtmps://a1.global-contribute.live-video.net:443/app/sk_us-west-2_secret"
    let endpoint = try IngestEndpoint(parsing: "rtmps://a1.global-contribute.live-video.net:443/app")
    #expect(try PublishRequest(path: path) == .ingest(endpoint, key: try StreamKey("sk_us-west-2_secret")))
    #expect(!PublishRequest.redacted(path: path).contains("secret"))
  }

  @Test(
    "what is none is told so",
    arguments: [
      ("/", PublishRequestError.unknownPath), ("/v1/publish/", .invalidChannel), ("/v1/publish/a/b", .invalidChannel),
      ("/v1/publish/a?session=x", .invalidSession), ("/rtmps/av01/rtmp://h/app/k", .unknownCodec),
      ("/rtmps/h264/rtmp://h/app", .invalidIngest), ("/rtmps/h264/http://h/app/k", .invalidIngest),
      ("/rtmps/h264/rtmp://u@h/app/k", .invalidIngest), ("/" + String(repeating: "a", count: 3000), .tooLong),
    ])
  func wrong(path: String, error: PublishRequestError) {
    #expect(throws: error) { try PublishRequest(path: path) }
  }
}
