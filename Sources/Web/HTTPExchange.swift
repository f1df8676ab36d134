public import Media

/// A request to a web service; its headers may hold secrets, so that it shows in no dump.
public struct HTTPRequest: Sendable, CustomReflectable {
  /// `GET`, `POST` or `PUT`.
  public var method: String
  /// The whole URL, with scheme and host.
  public var url: String
  /// Names in the case that they are sent in.
  public var headers: [(name: String, value: String)]
  /// May be empty.
  public var body: [UInt8]
  /// The whole exchange takes no longer, from looking the host up to the answer's last byte.
  public var limit: Duration

  /// Makes a request.
  public init(
    _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    limit: Duration = .seconds(10)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.limit = limit
  }

  /// Method and URL alone.
  public var customMirror: Mirror { Mirror(self, children: ["method": method, "url": url]) }
}

/// What a web service answered; its body may hold secrets, so that it shows in no dump.
public struct HTTPAnswer: Sendable, CustomReflectable {
  /// 100…599.
  public var status: Int
  /// In the order of the answer.
  public var headers: [(name: String, value: String)]
  /// At most a megabyte.
  public var body: [UInt8]

  /// Makes an answer.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of that name, whatever its case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  /// The status alone.
  public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}

/// Why there was no answer, in words that name the host; never with a secret.
public enum HTTPFailure: ExplainedError, Equatable, Sendable {
  /// The URL without user and password.
  case invalidURL(String)
  case unknownHost(String)
  /// Nothing was sent: the connection never came about.
  case cannotConnect(host: String, reason: String)
  /// The request may have been done all the same.
  case connectionLost(host: String)
  case tls(host: String, reason: String)
  case timedOut(host: String)
  case tooLong(host: String)
  case cancelled

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .invalidURL(let url):
      Explanation("'\(WebURL.shown(url))' is no URL of a web service", "give http:// or https:// with a host")
    case .unknownHost(let host): Explanation("\(host): the host name is unknown", "check its spelling, and the DNS")
    case .cannotConnect(let host, let reason): Explanation("\(host): cannot connect: \(reason)")
    case .connectionLost(let host): Explanation("\(host): the connection was lost before the answer was complete")
    case .tls(let host, let reason): Explanation("\(host): TLS failed: \(reason)")
    case .timedOut(let host): Explanation("\(host): no answer in time")
    case .tooLong(let host): Explanation("\(host): the answer is longer than a megabyte")
    case .cancelled: Explanation("given up")
    }
  }

  /// Whether the same request may succeed later.
  public var isTransient: Bool {
    switch self {
    case .unknownHost, .cannotConnect, .connectionLost, .timedOut: true
    case .invalidURL, .tls, .tooLong, .cancelled: false
    }
  }
}

/// Whoever can carry a request to its server.
public protocol HTTPCaller: Sendable {
  /// Sends the request once and waits for the whole answer, within the request's limit.
  func call(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPAnswer
}
