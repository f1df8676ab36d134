internal import Crypto
public import Web

/// Signs requests as AWS Signature Version 4 wants it (AWS General Reference, "Signature Version 4 signing process").
public struct SignatureV4: Equatable, Sendable {
  /// `us-west-2`.
  public let region: String
  /// The signing name: `ivs`, `monitoring`.
  public let service: String

  /// Signs for one service in one region.
  public init(region: String, service: String) {
    self.region = region
    self.service = service
  }

  /// The request with the headers `Host`, `X-Amz-Date`, `X-Amz-Security-Token` and `Authorization`.
  ///
  /// All headers that are there are signed; nothing may change them afterwards.
  public func sign(
    _ request: HTTPRequest, with credentials: AWSCredentials, at time: SigningTime
  ) throws(HTTPFailure) -> HTTPRequest {
    guard let url = WebURL(request.url) else { throw .invalidURL(WebURL.shown(request.url)) }
    var signed = request
    if !signed.headers.contains(where: { $0.name.lowercased() == "host" }) {
      signed.headers.append(("Host", url.authority))
    }
    signed.headers.append(("X-Amz-Date", time.stamp))
    if let token = credentials.sessionToken { signed.headers.append(("X-Amz-Security-Token", token)) }
    let (headers, names) = Self.canonicalHeaders(signed.headers)
    let canonical = [
      request.method, Self.canonicalPath(url.path), Self.canonicalQuery(url.query), headers, names,
      Self.hexadecimal(SHA256.hash(data: request.body)),
    ].joined(separator: "\n")
    let scope = "\(time.day)/\(region)/\(service)/aws4_request"
    let text =
      "AWS4-HMAC-SHA256\n\(time.stamp)\n\(scope)\n" + Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8)))
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey)".utf8))
    for part in [time.day, region, service, "aws4_request"] {
      key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
    }
    let signature = Self.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key))
    signed.headers.append(
      (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
      ))
    return signed
  }

  private static func canonicalHeaders(_ headers: [(name: String, value: String)]) -> (text: String, names: String) {
    var values: [String: [String]] = [:]
    for header in headers { values[header.name.lowercased(), default: []].append(singleSpaced(header.value)) }
    let names = values.keys.sorted()
    let lines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }
    return (lines.joined(), names.joined(separator: ";"))
  }

  /// Without white space around it, and with one space for each run of them inside.
  private static func singleSpaced(_ text: String) -> String {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }

  /// Without empty parts, `.` and `..`, and with every octet but the unreserved ones written as `%XX`: what was
  /// encoded for sending is encoded once more.
  private static func canonicalPath(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    guard !parts.isEmpty else { return "/" }
    let end = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..") ? "/" : ""
    return "/" + parts.map { encoded(String($0)) }.joined(separator: "/") + end
  }

  private static func canonicalQuery(_ query: String) -> String {
    let pairs = query.split(separator: "&").map { pair -> (name: String, value: String) in
      let name = pair.prefix { $0 != "=" }
      return (encoded(decoded(name)), encoded(decoded(pair.dropFirst(name.count + 1))))
    }
    return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
      .joined(separator: "&")
  }

  /// Every octet but `A-Z a-z 0-9 - . _ ~` as `%XX` (RFC 3986 §2.1, §2.3).
  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += byte < 16 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(String(Substring(digits)), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in
      text += byte < 16 ? "0\(String(byte, radix: 16))" : String(byte, radix: 16)
    }
  }
}
