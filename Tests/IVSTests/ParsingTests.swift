import Testing
import Web

@testable import IVS

@Suite("Names and times of the IVS API")
struct ParsingTests {
  @Test(
    "an ARN is a channel's or none",
    arguments: [
      ("arn:aws:ivs:us-west-2:123456789012:channel/AbC1", "us-west-2"),
      ("arn:aws:ivs:us-west-2:123456789012:channel/AbC-1-x", "us-west-2"),
      ("arn:aws-us-gov:ivs:us-gov-west-1:123456789012:channel/AbC1", "us-gov-west-1"),
      ("arn:aws:ivs:us-west-2:123456789012:stream-key/AbC1", nil), ("arn:aws:ivs:us-west-2:123456789012:channel/", nil),
      ("arn:aws:ivs:us-west-2:1234:channel/AbC1", nil), ("arn:aws:ivs::123456789012:channel/AbC1", nil),
      ("arn:aws:ivs:evil.example/x:123456789012:channel/AbC1", nil),
      ("arn:aws:ivschat:us-west-2:123456789012:channel/A", nil),
      ("arn:aws:ivs:us-west-2:123456789012:channel/AbC1/../x", nil), ("venue", nil), ("", nil),
    ] as [(String, String?)])
  func arns(text: String, region: String?) { #expect(ChannelARN(text)?.region == region) }

  @Test(
    "where to publish is RTMPS on port 443, unless the endpoint has a port of its own",
    arguments: [
      ("a1.global-contribute.live-video.net", "rtmps://a1.global-contribute.live-video.net:443/app"),
      ("127.0.0.1:4433", "rtmps://127.0.0.1:4433/app"), ("[::1]", "rtmps://[::1]:443/app"),
      ("[::1]:4433", "rtmps://[::1]:4433/app"), ("", nil), (nil, nil),
    ])
  func ingestURLs(endpoint: String?, url: String?) throws {
    let arn = try #require(ChannelARN("arn:aws:ivs:us-west-2:123456789012:channel/AbC1"))
    var channel = IVSChannel(arn: arn)
    channel.ingestEndpoint = endpoint
    #expect(channel.ingestURL == url)
  }

  @Test(
    "times come with and without fractions, in any zone",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2020-11-05T21:57:13Z", 1_604_613_433),
      ("2020-11-05T21:57:13.250Z", 1_604_613_433.25),
      ("2020-11-05T22:57:13+01:00", 1_604_613_433), ("2020-11-05T13:57:13-0800", 1_604_613_433),
      ("2024-02-29T00:00:00Z", 1_709_164_800), ("2024-13-01T00:00:00Z", nil), ("2020-11-05", nil), ("", nil),
      ("2020-11-05T21:57:13", nil), ("2020-11-05T21:57:13Zx", nil),
    ] as [(String, Double?)])
  func times(text: String, seconds: Double?) { #expect(Timestamp(text)?.seconds == seconds) }

  @Test("every day of 400 years comes back from its number")
  func days() {
    for day in -5000..<146_097 { #expect(CivilDate(daysSince1970: day).daysSince1970 == day) }
  }

  @Test(
    "a URL is a web service's or none",
    arguments: [
      ("https://ivs.us-west-2.amazonaws.com", "ivs.us-west-2.amazonaws.com", "/"), ("http://[::1]:80/a?b", "::1", "/a"),
      ("HTTP://127.0.0.1:1/x", "127.0.0.1", "/x"), ("ftp://a/", nil, ""), ("https://", nil, ""),
      ("https://u:p@h/", nil, ""),
      ("no", nil, ""),
    ] as [(String, String?, String)])
  func urls(text: String, host: String?, path: String) {
    #expect(WebURL(text)?.host == host)
    if host != nil { #expect(WebURL(text)?.path == path) }
  }

  @Test("an HTTP date is read, and nothing else")
  func dates() {
    #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(HTTPDate.seconds("Sunday, 06-Nov-94 08:49:37 GMT") == nil)
    #expect(HTTPDate.seconds("Sun, 99 Nov 1994 08:49:37 GMT") == nil)
  }

  @Test("FindIngest's best comes first; what is down or deprecated does not come")
  func ingests() {
    let answer = """
      {"ingests":[
      {"name":"Asia: Tokyo","availability":1,"priority":7,"url_template_secure":"rtmps://tyo.live-video.net:443/app/{stream_key}"},
      {"name":"Europe: Berlin","availability":1,"priority":2,"url_template":"rtmp://ber.live-video.net/app/{stream_key}","url_template_secure":"rtmps://ber.live-video.net:443/app/{stream_key}"},
      {"name":"Europe: Prague","availability":0,"priority":1,"url_template_secure":"rtmps://prg.live-video.net:443/app/{stream_key}"},
      {"name":"US: Depracated","availability":1,"priority":0,"url_template_secure":"rtmps://old.live-video.net:443/app/{stream_key}"},
      {"name":"only plain","availability":1,"priority":0,"url_template":"rtmp://x/app/{stream_key}"}]}
      """
    #expect(
      IngestFinder.read(Array(answer.utf8)).map(\.url) == [
        "rtmps://ber.live-video.net:443/app", "rtmps://tyo.live-video.net:443/app",
      ])
    #expect(IngestFinder.read(Array("<html>".utf8)).isEmpty)
  }
}
