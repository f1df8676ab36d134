public import Media
internal import NIOCore

/// What is wrong with a host or a port.
public enum HostError: ExplainedError, Equatable, Sendable {
  case missing
  case invalid(String)
  case invalidPort(String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .missing: Explanation("the host is missing")
    case .invalid(let host): Explanation("'\(host)' is no host name or address")
    case .invalidPort(let port): Explanation("'\(port)' is no port", "give a number from 1 to 65535")
    }
  }
}

/// A host with the port that was named for it: `HOST`, `HOST:443`, `[::1]:443`.
package struct HostAndPort: Hashable, Sendable {
  /// A host name or an address, without brackets.
  package let host: String
  /// 1…65535; `nil` where none was named.
  package let port: Int?

  /// Reads the authority of a URL, without a user.
  package init(parsing text: some StringProtocol) throws(HostError) {
    var host = Substring(text)
    var portText: Substring?
    if host.hasPrefix("[") {
      let whole = host
      guard let end = whole.firstIndex(of: "]") else { throw .invalid(ForeignText.cleaned(whole)) }
      host = whole[whole.index(after: whole.startIndex)..<end]
      let after = whole[whole.index(after: end)...]
      guard host.contains(":"), after.isEmpty || after.hasPrefix(":") else {
        throw .invalid(ForeignText.cleaned(whole))
      }
      if !after.isEmpty { portText = after.dropFirst() }
    } else if let colon = host.firstIndex(of: ":") {
      portText = host[host.index(after: colon)...]
      host = host[..<colon]
    }
    self.host = try Self.checked(host: String(host))
    port = try portText.map { text throws(HostError) in
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
        throw .invalidPort(ForeignText.cleaned(text.prefix(20)))
      }
      return try Self.checked(port: number)
    }
  }

  /// The host itself where it is a name or an address.
  package static func checked(host: String) throws(HostError) -> String {
    guard !host.isEmpty else { throw .missing }
    let isName = host.utf8.count <= 253 && host.unicodeScalars.allSatisfy(isNameCharacter)
    guard isName || isAddress(host) else { throw .invalid(ForeignText.cleaned(host)) }
    return host
  }

  /// The port itself where it is one.
  package static func checked(port: Int) throws(HostError) -> Int {
    guard (1...65535).contains(port) else { throw .invalidPort("\(port)") }
    return port
  }

  /// `host:port`, with brackets where an IPv6 address needs them.
  package static func authority(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// Whether the host is this machine: `localhost`, `127.…`, `::1`.
  package static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  /// Whether the host is an address and no name.
  package static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }

  /// Whether a character may stand in a host's name.
  package static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }
}
