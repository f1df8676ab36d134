internal import Settings
internal import Web

/// The credential service of ECS, EKS or Greengrass beside this process
/// (SDK reference, container credential provider).
struct ContainerSource: CredentialSource {
  /// Where it may be asked without encryption, beside this machine itself.
  private static let plainHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

  let configuration: AWSConfiguration
  let http: any HTTPCaller
  var pause: Duration = .seconds(1)

  func find() async throws(CredentialError) -> Finding {
    guard let (url, variable) = url else {
      return .nothing("the container's service (AWS_CONTAINER_CREDENTIALS_… is not set)")
    }
    // The path of the URL lets whoever knows it in, so that only the host is ever shown.
    guard let address = WebURL(url) else {
      throw .failed(source: variable, reason: "this is no URL of a web service, or no path that begins with '/'")
    }
    guard address.isEncrypted || address.isLoopback || Self.plainHosts.contains(address.host) else {
      throw .failed(
        source: variable,
        reason: "\(address.host) may be asked by https:// alone; http:// is for this machine and "
          + Self.plainHosts.sorted().joined(separator: ", "))
    }
    let source = "container credentials from \(address.host)"
    let request = HTTPRequest("GET", url, headers: try headers(), limit: .seconds(2))
    let answer: HTTPAnswer
    do { answer = try await http.call(request, attempts: 3, pause: pause) } catch {
      throw .failed(source: source, reason: error.withoutURL)
    }
    guard answer.status == 200 else {
      throw .failed(
        source: source, reason: "the service answers with status \(answer.status): check the task's or pod's role")
    }
    guard let document = CredentialDocument(json: answer.body) else {
      throw .failed(source: source, reason: "the answer is no JSON object with credentials")
    }
    return .found(try document.credentials(place: source, source: source))
  }

  private var url: (url: String, variable: String)? {
    let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    if let path = configuration.reader.variable(relative) {
      return (path.hasPrefix("/") ? "http://169.254.170.2\(path)" : "", relative)
    }
    return configuration.reader.variable(full).map { ($0, full) }
  }

  private func headers() throws(CredentialError) -> [(name: String, value: String)] {
    let file = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    let variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    var headers = [(name: "Accept", value: "application/json")]
    var (token, place) = (configuration.reader.variable(variable), variable)
    if let path = configuration.reader.variable(file) {
      (token, place) = (try TokenFile.read(path, namedBy: file), "\(file) (\(path))")
    }
    guard let token else { return headers }
    guard TokenFile.isHeaderValue(token) else {
      throw .failed(source: place, reason: "the token has a line break or another character that no token has")
    }
    headers.append((name: "Authorization", value: token))
    return headers
  }
}

/// Reads tokens that a platform puts into files and renews there.
enum TokenFile {
  /// The token without the white space around it, read anew each time.
  static func read(_ path: String, namedBy name: String) throws(CredentialError) -> String {
    do {
      let token = String(try TextFile.read(path, limit: 64 << 10)[...].trimmed)
      if !token.isEmpty { return token }
    } catch {
      throw .failed(
        source: name, reason: "\(path) \(error == .missing ? "is not there" : "cannot be read"): a token file is wanted"
      )
    }
    throw .failed(source: name, reason: "\(path) is empty: a token file is wanted")
  }

  /// Whether it can be sent as a header (RFC 9110 §5.5).
  static func isHeaderValue(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7e).contains($0) } }
}
