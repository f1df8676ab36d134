import Foundation
import TestSupport
import Testing
import Web

@testable import IVS

/// Against the values of AWS's published Signature Version 4 test suite, and against botocore.
@Suite("Signature Version 4")
struct SignatureTests {
  private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
  private static let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
  private static let time = SigningTime(secondsSince1970: 1_440_938_160)

  private static func signature(_ request: HTTPRequest, token: String? = nil) throws -> (names: String, value: String) {
    let credentials = AWSCredentials(
      accessKeyID: "AKIDEXAMPLE", secretAccessKey: secret, sessionToken: token, source: "test")
    let signed = try SignatureV4(region: "us-east-1", service: "service").sign(request, with: credentials, at: time)
    let header = signed.headers.first { $0.name == "Authorization" }?.value ?? ""
    let match = header.firstMatch(
      of:
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/service\/aws4_request, SignedHeaders=(.*), Signature=([0-9a-f]{64})$/
    )
    return (match.map { String($0.1) } ?? header, match.map { String($0.2) } ?? "")
  }

  @Test(
    "the time is written in UTC",
    arguments: [
      (0, "19700101T000000Z"), (951_782_399, "20000228T235959Z"),
      (951_782_400, "20000229T000000Z"), (1_440_938_160, "20150830T123600Z"), (4_102_444_799, "20991231T235959Z"),
    ])
  func time(seconds: Int, stamp: String) {
    #expect(SigningTime(secondsSince1970: seconds).stamp == stamp)
  }

  @Test(
    "requests of the published suite get the published signatures",
    arguments: [
      ("/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("/example1/example2/../..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
      ("/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
      ("//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
      ("/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
      ("/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
      (
        "/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz="
          + "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"
      ),
    ])
  func published(path: String, expected: String) throws {
    let request = HTTPRequest("GET", "https://example.amazonaws.com\(path)")
    let (names, value) = try Self.signature(request)
    #expect(names == "host;x-amz-date")
    #expect(value == expected)
  }

  @Test("headers, bodies and session tokens of the published suite are signed as published")
  func publishedHeaders() throws {
    let trimmed = HTTPRequest(
      "GET", "https://example.amazonaws.com/",
      headers: [("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")])
    #expect(
      try Self.signature(trimmed).value == "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
    let form = HTTPRequest(
      "POST", "https://example.amazonaws.com/",
      headers: [
        ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", "13"),
        ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
      ], body: Array("Param1=value1".utf8))
    #expect(try Self.signature(form).value == "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b")
    let withToken = try Self.signature(HTTPRequest("GET", "https://example.amazonaws.com/"), token: Self.token)
    #expect(withToken.names == "host;x-amz-date;x-amz-security-token")
    #expect(withToken.value == "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")
  }

  @Test("botocore signs the requests of this API in the same way")
  func botocore() async throws {
    let bodies = ["{}", "{\"arn\":\"arn:aws:ivs:us-west-2:123456789012:channel/AbC\"}", "{\"name\":\"Bühne ☂\"}"]
    let urls = [
      "https://ivs.us-east-1.amazonaws.com/ListChannels", "http://127.0.0.1:8123/prefix/GetChannel",
      "https://ivs.us-east-1.amazonaws.com/tags/arn%3Aaws%3Aivs%3Aus-west-2%3A123456789012%3Achannel%2FAbC",
      "https://monitoring.us-east-1.amazonaws.com/?b=2&a=%20x&a=1",
    ]
    for url in urls {
      for body in bodies {
        for token in [nil, Self.token] {
          let script = """
            import sys
            from botocore import auth, awsrequest, credentials
            import datetime
            class Fixed(datetime.datetime):
              @classmethod
              def utcnow(cls): return cls(2015, 8, 30, 12, 36, 0)
              @classmethod
              def now(cls, tz=None): return cls(2015, 8, 30, 12, 36, 0, tzinfo=tz)
            import botocore.compat
            auth.datetime = type("M", (), {"datetime": Fixed, "timezone": datetime.timezone})
            if hasattr(auth, "get_current_datetime"): auth.get_current_datetime = lambda *a, **k: Fixed.utcnow()
            request = awsrequest.AWSRequest("POST", sys.argv[1], {"Content-Type": "application/json"}, sys.argv[2].encode())
            auth.SigV4Auth(credentials.Credentials("AKIDEXAMPLE", sys.argv[3], sys.argv[4] or None), "service", "us-east-1").add_auth(request)
            print(request.headers["Authorization"])
            """
          let result = try await Tool.run(
            "python3", ["-c", script, url, body, Self.secret, token ?? ""],
            environment: ["PYTHONPATH": Project.root.appending(path: ".build/deployment-tools").path])
          let request = HTTPRequest(
            "POST", url, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
          let (names, value) = try Self.signature(request, token: token)
          #expect(result.text.contains("SignedHeaders=\(names), Signature=\(value)"), "\(url) \(body) \(result.text)")
        }
      }
    }
  }
}
