internal import Web

/// A role for a token that a platform gives to its pods or jobs: STS's AssumeRoleWithWebIdentity, which is not signed.
struct WebIdentitySource: CredentialSource {
  let configuration: AWSConfiguration
  let http: any HTTPCaller
  let now: @Sendable () -> Double
  var pause: Duration = .milliseconds(500)

  func find() async throws(CredentialError) -> Finding {
    guard let file = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE") else {
      return .nothing("the web identity (AWS_WEB_IDENTITY_TOKEN_FILE is not set)")
    }
    guard let role = setting("role_arn", "AWS_ROLE_ARN") else {
      throw .incomplete(source: "web identity (\(file.place))", missing: "AWS_ROLE_ARN, or role_arn of the profile,")
    }
    let name = setting("role_session_name", "AWS_ROLE_SESSION_NAME")?.text ?? "ivs-broadcast-\(Int64(now()))"
    let token = try TokenFile.read(configuration.reader.expanded(file.text), namedBy: file.place)
    let url = try endpoint()
    let fields = [
      ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"), ("RoleArn", role.text),
      ("RoleSessionName", name), ("WebIdentityToken", token),
    ]
    let body = fields.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
    let request = HTTPRequest(
      "POST", url,
      headers: [
        (name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8"),
        (name: "Accept", value: "application/json"),
      ], body: Array(body.utf8))
    let place = "web identity at \(WebURL(url)?.host ?? "STS")"
    let answer: HTTPAnswer
    do { answer = try await http.call(request, attempts: configuration.maxAttempts ?? 3, pause: pause) } catch {
      throw .failed(source: place, reason: error.withoutURL)
    }
    guard answer.status == 200 else {
      let words = STSAnswer.refusal(answer.body) ?? ""
      throw .failed(
        source: place,
        reason: "STS refuses with status \(answer.status)\(words): check \(file.place) and the role's trust policy")
    }
    guard let document = STSAnswer.credentials(answer.body) else {
      throw .failed(source: place, reason: "the answer holds no credentials")
    }
    return .found(try document.credentials(place: place, source: "web identity, role \(role.text)"))
  }

  /// A variable counts only where no profile was given in code (botocore's rule).
  private func setting(_ name: String, _ variable: String) -> AWSConfiguration.Setting? {
    configuration.reader.setting(name, configuration.isProfileGiven ? "" : variable, configuration.values)
  }

  private func endpoint() throws(CredentialError) -> String {
    do throws(AWSConfigurationError) {
      if let url = try configuration.endpointURL(for: .sts) { return url.last == "/" ? url : url + "/" }
    } catch { throw .configuration(error) }
    guard let region = configuration.region else {
      throw .failed(source: "web identity", reason: "no region to ask STS in: set AWS_REGION")
    }
    let host = STSHost.name(
      region: region, dualStack: configuration.usesDualStack, fips: configuration.usesFIPS)
    return "https://\(host)/"
  }

  /// Percent-encoded but for RFC 3986's unreserved characters.
  private static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.reduce(into: "") { result, byte in
      let isPlain =
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
  }
}

/// STS's host of a region (botocore's endpoint rules of `sts`).
enum STSHost {
  static func name(region: String, dualStack: Bool, fips: Bool) -> String {
    let suffix: (usual: String, dualStack: String) =
      if region.hasPrefix("cn-") {
        ("amazonaws.com.cn", "api.amazonwebservices.com.cn")
      } else if region.hasPrefix("eusc-") {
        ("amazonaws.eu", "api.amazonwebservices.eu")
      } else {
        ("amazonaws.com", "api.aws")
      }
    // GovCloud's usual hosts are the FIPS ones.
    let isPlain = !fips || region.hasPrefix("us-gov-") && !dualStack
    return "sts\(isPlain ? "" : "-fips").\(region).\(dualStack ? suffix.dualStack : suffix.usual)"
  }
}
