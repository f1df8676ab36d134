import Foundation
import Media
import Synchronization
import Testing
import Web

@testable import IVS

@Suite("IVS API client")
struct ServiceClientTests {
  static let arnText = "arn:aws:ivs:us-west-2:123456789012:channel/AbCdEf"
  static let arn = ChannelARN(arnText)

  static func client(
    _ script: Script, keys: any CredentialProvider = Keys(), attempts: Int = 3, region: String? = "eu-west-1",
    clock: Int = 1_000_000_000, pause: @escaping @Sendable (Duration) async throws -> Void = { _ in }
  ) -> IVSClient {
    IVSClient(
      service: ServiceClient(provider: keys, http: script, attempts: attempts, wallClock: { clock }, pause: pause) {
        $0.url(in: $1)
      }, region: region)
  }

  func arn() throws -> ChannelARN { try #require(Self.arn) }

  @Test("an ARN says which region is asked")
  func region() async throws {
    let script = Script([.json("{\"channel\":{\"arn\":\"\(Self.arnText)\",\"name\":\"venue\",\"type\":\"BASIC\"}}")])
    let channel = try await Self.client(script).channel(try arn())
    #expect(channel.title == "venue")
    #expect(channel.kind == .basic)
    #expect(script.requests.map(\.url) == ["https://ivs.us-west-2.amazonaws.com/GetChannel"])
    #expect(script.bodies == ["{\"arn\":\"arn:aws:ivs:us-west-2:123456789012:channel\\/AbCdEf\"}"])
  }

  @Test("an answer tells how far the clocks are apart, a refusal too")
  func clockSkew() async throws {
    let date = [("Date", "Sun, 09 Sep 2001 01:47:20 GMT")]
    let script = Script([
      .json("{\"channels\":[]}"), .json("{\"channels\":[]}", headers: date),
      .json(
        "{}", status: 403,
        headers: [("x-amzn-ErrorType", "AccessDeniedException"), ("Date", "Sun, 09 Sep 2001 01:46:30 GMT")]),
    ])
    let client = Self.client(script)
    _ = try await client.channels()
    #expect(await client.clockSkew == nil)
    _ = try await client.channels()
    #expect(await client.clockSkew == 40)
    _ = try? await client.channels()
    #expect(await client.clockSkew == -10)
  }

  @Test("without a region nothing is sent")
  func noRegion() async throws {
    let script = Script([])
    await #expect(throws: IVSError.noRegion) { try await Self.client(script, region: nil).allChannels() }
    #expect(script.requests.isEmpty)
  }

  @Test("a list is followed to its end, whose token may be missing or empty")
  func pages() async throws {
    func page(_ id: String, _ next: String) -> Result<HTTPAnswer, HTTPFailure> {
      .json("{\"channels\":[{\"arn\":\"arn:aws:ivs:eu-west-1:123456789012:channel/\(id)\"}]\(next)}")
    }
    let script = Script([page("a", ",\"nextToken\":\"t1\""), page("b", ",\"nextToken\":\"\""), page("c", "")])
    let all = try await Self.client(script).allChannels()
    #expect(all.map(\.arn.id) == ["a", "b"])
    #expect(script.bodies.last?.contains("\"nextToken\":\"t1\"") == true)
  }

  @Test("what cannot be read in a list hides nothing else of it")
  func strangeElements() async throws {
    let ivs = "arn:aws:ivs:eu-west-1:123456789012:channel/"
    let script = Script([
      .json("{\"channels\":[{\"arn\":\"\(ivs)a-1\"},{\"arn\":\"arn:aws:ivs:x\"},null,7,{\"arn\":\"\(ivs)b\"}]}"),
      .json("{\"streams\":[{\"channelArn\":3},{\"channelArn\":\"\(ivs)c\",\"health\":\"HEALTHY\"}]}"),
      .json("{\"channels\":\"none\"}"),
    ])
    let client = Self.client(script)
    #expect(try await client.channels().channels.map(\.arn.id) == ["a-1", "b"])
    #expect(try await client.liveStreams().map(\.channelArn.id) == ["c"])
    await #expect(throws: IVSError.unreadable(operation: "ListChannels", status: 200)) { try await client.channels() }
  }

  @Test("a list whose pages are empty and never end is given up")
  func endlessPages() async throws {
    let streams = Script((0..<100).map { .json("{\"streams\":[],\"nextToken\":\"t\($0)\"}") })
    #expect(try await Self.client(streams).liveStreams().isEmpty)
    #expect(streams.requests.count == IVSClient.mostPages)
    let sessions = Script((0..<100).map { .json("{\"streamSessions\":[],\"nextToken\":\"t\($0)\"}") })
    #expect(try await Self.client(sessions).sessions(of: try arn()).isEmpty)
    #expect(sessions.requests.count == IVSClient.mostPages)
  }

  @Test(
    "whatever says that keys or signatures are wrong is told in AWS's first sentence, without the request",
    arguments: [
      "IncompleteSignatureException", "InvalidAccessKeyId", "MissingAuthenticationToken", "InvalidSignatureException",
    ])
  func signatures(type: String) async throws {
    let text =
      "The signature does not match. Check the key.\\n\\nThe Canonical String was 'POST x-amz-security-token:T'"
    let script = Script([.fault(403, type, text)])
    await #expect(
      throws: IVSError.signatureRefused(
        credentials: "credentials from environment", message: "The signature does not match")
    ) { try await Self.client(script).channel(try arn()) }
  }

  @Test("offline is an answer, not a failure")
  func offline() async throws {
    let script = Script([
      .fault(404, "ChannelNotBroadcasting"),
      .json("{\"stream\":{\"channelArn\":\"\(Self.arnText)\",\"state\":\"OFFLINE\"}}"),
      .json(
        "{\"stream\":{\"channelArn\":\"\(Self.arnText)\",\"state\":\"LIVE\",\"health\":\"HEALTHY\",\"viewerCount\":3,\"startTime\":\"2026-11-24T10:00:00Z\",\"streamId\":\"st-1\"}}"
      ),
    ])
    let client = Self.client(script)
    #expect(try await client.stream(of: try arn()) == nil)
    #expect(try await client.stream(of: try arn()) == nil)
    let live = try await client.stream(of: try arn())
    #expect(live?.health == "HEALTHY" && live?.viewerCount == 3)
    #expect(live?.startTime?.text == "2026-11-24T10:00:00Z")
  }

  @Test(
    "errors come as their kinds, however they are spelled",
    arguments: [
      ("AccessDeniedException", 403, "{\"message\":\"no\"}", "ivs:GetChannel"),
      ("aws.ivs#ResourceNotFoundException:http://internal/", 404, "{\"Message\":\"gone\"}", "no such channel"),
      ("PendingVerification", 403, "{}", "not verified this account"),
      ("ServiceQuotaExceededException", 402, "{\"exceptionMessage\":\"5000\"}", "quota is used up"),
      ("ValidationException", 400, "{\"exceptionMessage\":\"bad arn\"}", "refused as not valid: bad arn"),
      ("ConflictException", 409, "{}", "not possible now"),
      ("UnrecognizedClientException", 403, "{\"message\":\"The security token is invalid\"}", "does not accept the"),
      ("", 404, "<html>Not Found</html>", "none of the IVS API's"),
      ("", 403, "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\"}", "may not do"),
    ])
  func errors(type: String, status: Int, body: String, expected: String) async throws {
    let script = Script([.json(body, status: status, headers: type.isEmpty ? [] : [("x-amzn-errortype", type)])])
    let error = await #expect(throws: IVSError.self) { try await Self.client(script).channel(try arn()) }
    #expect("\(error.map(String.init(describing:)) ?? "")".contains(expected), "\(String(describing: error))")
    #expect(script.requests.count == 1)
  }

  @Test("what a read-only policy lacks is told with the way out")
  func readOnly() async throws {
    let script = Script([
      .json("{\"streamKeys\":[{\"arn\":\"arn:aws:ivs:us-west-2:123456789012:stream-key/k\"}]}"),
      .fault(403, "AccessDeniedException"),
    ])
    let error = await #expect(throws: IVSError.self) { try await Self.client(script).streamKey(of: try arn()) }
    #expect("\(error.map(String.init(describing:)) ?? "")".contains("`stream-key-file`"))
  }

  @Test("the credentials that were refused are renewed, not those of another request meanwhile")
  func refusedCredentials() async throws {
    let keys = NumberedKeys()
    let second = Mutex<IVSClient?>(nil)
    let script = Script([
      .fault(403, "ExpiredTokenException"), .json("{\"streams\":[]}"), .json("{\"channels\":[]}"),
    ]) { request in
      // While the first is on its way another asks with newer credentials.
      let client = second.withLock { client in
        defer { client = nil }
        return client
      }
      _ = try? await client?.liveStreams()
    }
    let client = Self.client(script, keys: keys)
    second.withLock { $0 = client }
    _ = try await client.channels()
    #expect(script.operations == ["ListChannels", "ListStreams", "ListChannels"])
    #expect(keys.refused == ["KEY1"])
  }

  @Test("requests that waited for credentials keep their distance all the same")
  func budgetAfterCredentials() async throws {
    let script = Script(Array(repeating: .json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}"), count: 3))
    // The second has its credentials before it waits: what it waits is not spent on having them.
    let events = Mutex<[String]>([])
    let keys = AskedKeys { events.withLock { $0.append("credentials") } }
    let client = Self.client(script, keys: keys, pause: { _ in events.withLock { $0.append("wait") } })
    for _ in 0..<2 { _ = try await client.channel(try arn()) }
    #expect(events.withLock { $0 } == ["credentials", "credentials", "wait"])
  }

  @Test("expired credentials are renewed once")
  func expired() async throws {
    let keys = Keys()
    let script = Script([.fault(403, "ExpiredTokenException"), .json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}")])
    _ = try await Self.client(script, keys: keys).channel(try arn())
    #expect(keys.refusals == 1)
    let dead = Script([.fault(403, "ExpiredTokenException"), .fault(403, "ExpiredTokenException")])
    await #expect(throws: IVSError.expiredToken(credentials: "credentials from environment")) {
      try await Self.client(dead).channel(try arn())
    }
  }

  @Test("a clock that is wrong is corrected by what the service says")
  func skew() async throws {
    let script = Script([
      .json(
        "{\"message\":\"Signature expired: 20010909T014640Z is now earlier than …\"}", status: 403,
        headers: [("x-amzn-ErrorType", "InvalidSignatureException"), ("Date", "Sun, 09 Sep 2001 02:46:40 GMT")]),
      .json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}"),
    ])
    _ = try await Self.client(script).channel(try arn())
    let stamps = script.requests.map { $0.headers.first { $0.name == "X-Amz-Date" }?.value }
    #expect(stamps == ["20010909T014640Z", "20010909T024640Z"])
  }

  @Test("a clock that is wrong again later is corrected again, once for each request")
  func skewAgain() async throws {
    func skewed(_ time: String) -> Result<HTTPAnswer, HTTPFailure> {
      .json(
        "{\"message\":\"Signature expired: …\"}", status: 403,
        headers: [("x-amzn-ErrorType", "InvalidSignatureException"), ("Date", "Sun, 09 Sep 2001 \(time) GMT")])
    }
    let fine = Result<HTTPAnswer, HTTPFailure>.json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}")
    let script = Script([
      skewed("02:46:40"), fine, skewed("01:46:40"), fine, skewed("03:46:40"), skewed("03:46:40"), fine,
    ])
    let client = Self.client(script)
    for _ in 0..<2 { _ = try await client.channel(try arn()) }
    await #expect(throws: IVSError.clockSkew(seconds: 7200)) { try await client.channel(try arn()) }
    let stamps = script.requests.map { $0.headers.first { $0.name == "X-Amz-Date" }?.value.dropFirst(9).prefix(4) }
    #expect(stamps == ["0146", "0246", "0246", "0146", "0146", "0346"])
  }

  @Test("a key is deleted by its ARN, and a new one made, whose value no dump shows")
  func keys() async throws {
    let script = Script([
      .json("{\"streamKeys\":[{\"arn\":\"arn:aws:ivs:us-west-2:123456789012:stream-key/old\"}]}"),
      .json("", status: 204),
      .json("{\"streamKey\":{\"arn\":\"arn:aws:ivs:us-west-2:123456789012:stream-key/new\",\"value\":\"sk_hidden\"}}"),
    ])
    let client = Self.client(script)
    for key in try await client.streamKeys(of: try arn()) { try await client.deleteStreamKey(key.arn, in: "us-west-2") }
    let key = try await client.createStreamKey(of: try arn())
    #expect(key.value == "sk_hidden")
    #expect(script.operations == ["ListStreamKeys", "DeleteStreamKey", "CreateStreamKey"])
    var text = ""
    dump(key, to: &text)
    #expect(!text.contains("hidden"))
  }

  @Test("each operation has a budget of three requests a second, one after the other")
  func budget() {
    var budget = RequestBudget()
    let start = MediaTime(milliseconds: 1000)
    let waits = (0..<6).map { _ in Int(budget.reserve("GetStream", at: start).inMilliseconds) }
    #expect(waits == [0, 333, 666, 1000, 1333, 1666])
    // Two fifths of what the service allows to all of the account are left to others in every second.
    #expect(waits.allSatisfy { first in waits.filter { (first..<first + 1000).contains($0) }.count <= 3 })
    #expect(budget.reserve("GetChannel", at: start) == .zero)
    #expect(budget.reserve("GetStream", at: start + .seconds(10)) == .zero)
    budget.drain("GetStream", at: start + .seconds(10))
    #expect(Int(budget.reserve("GetStream", at: start + .seconds(10)).inMilliseconds) == 666)
  }
}
