internal import Web

/// The role of an EC2 instance, from its metadata service by the session-oriented requests (IMDSv2) alone.
struct InstanceSource: CredentialSource {
  private static let path = "/latest/meta-data/iam/security-credentials/"

  let configuration: AWSConfiguration
  let http: any HTTPCaller
  var pause: Duration = .milliseconds(100)

  private enum Answer {
    case text(String)
    case none(String)
  }

  func find() async throws(CredentialError) -> Finding {
    let reader = configuration.reader
    guard reader.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
      return .nothing("EC2's metadata service (off by AWS_EC2_METADATA_DISABLED)")
    }
    let (base, host) = try endpoint()
    let limit = try number("metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT", 1, 0.1...60)
    let attempts = Int(try number("metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", 1, 1...20))
    let token: String
    let role: String

    func ask(_ method: String, _ path: String, _ name: String, _ value: String) async -> Answer {
      let request = HTTPRequest(
        method, base + path, headers: [(name: name, value: value)], limit: .milliseconds(Int64(limit * 1000)))
      do {
        let answer = try await http.call(request, attempts: attempts, pause: pause)
        guard answer.status == 200 else { return .none("status \(answer.status)") }
        return .text(String(decoding: answer.body, as: UTF8.self))
      } catch { return .none(error.withoutURL) }
    }

    switch await ask("PUT", "/latest/api/token", "x-aws-ec2-metadata-token-ttl-seconds", "21600") {
    case .text(let text): token = String(text[...].trimmed)
    case .none(let reason): return .nothing("EC2's metadata service at \(host) (no token: \(reason))")
    }
    guard !token.isEmpty, TokenFile.isHeaderValue(token) else {
      return .nothing("EC2's metadata service at \(host) (its token is none)")
    }
    switch await ask("GET", Self.path, "x-aws-ec2-metadata-token", token) {
    case .text(let text): role = String(text.prefix { !$0.isNewline }[...].trimmed)
    case .none(let reason): return .nothing("EC2's metadata service at \(host) (no role: \(reason))")
    }
    guard Self.isRoleName(role) else {
      return .nothing("EC2's metadata service at \(host) (the instance has no role)")
    }
    switch await ask("GET", Self.path + role, "x-aws-ec2-metadata-token", token) {
    case .none(let reason): return .nothing("EC2's metadata service at \(host) (nothing for its role: \(reason))")
    case .text(let text):
      guard let document = CredentialDocument(json: Array(text.utf8)), document.isWhole else {
        return .nothing("EC2's metadata service at \(host) (no credentials for role \(role): check its trust policy)")
      }
      return .found(try document.credentials(place: "IMDSv2 at \(host)", source: "IMDSv2 role \(role)"))
    }
  }

  /// The characters that IAM allows in names.
  private static func isRoleName(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "+=,.@_-".utf8.contains(byte)
      }
  }

  private func endpoint() throws(CredentialError) -> (url: String, host: String) {
    let reader = configuration.reader
    let values = configuration.values
    let mode = reader.setting(
      "ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", values)
    let isSix = mode?.text.lowercased() == "ipv6"
    if let mode, !isSix, mode.text.lowercased() != "ipv4" {
      throw .configuration(.invalidValue(name: mode.name, place: mode.place, wanted: "IPv4 or IPv6"))
    }
    let own = reader.setting("ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT", values)
    var url = own?.text ?? (isSix ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
    while url.last == "/" { url.removeLast() }
    guard let address = WebURL(url) else {
      throw .configuration(
        .invalidValue(
          name: own?.name ?? "", place: own?.place ?? "", wanted: "a URL such as http://169.254.169.254"))
    }
    return (url, address.host)
  }

  private func number(
    _ name: String, _ variable: String, _ usual: Double, _ range: ClosedRange<Double>
  ) throws(CredentialError) -> Double {
    guard let setting = configuration.reader.setting(name, variable, configuration.values) else { return usual }
    guard let number = Double(setting.text), range.contains(number) else {
      throw .configuration(
        .invalidValue(
          name: setting.name, place: setting.place, wanted: "\(range.lowerBound)…\(range.upperBound)"))
    }
    return number
  }
}
