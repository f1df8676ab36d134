internal import Networking
internal import RTMP
internal import Settings

/// An ingest host that streams may go to: `*.live-video.net`, `ingest.example.net`, `10.0.0.7:1935`.
struct HostRule: Equatable, Sendable, CustomStringConvertible {
  /// Amazon IVS's ingests, which are always allowed.
  static let ivs = HostRule(name: "live-video.net", coversSubdomains: true, ports: [443, 1935])

  /// In lower case, without `*.`.
  let name: String
  /// Whether it stands for all hosts below the name.
  ///
  /// Names behind such a rule are somebody else's to give, so they must not lead to private addresses.
  let coversSubdomains: Bool
  /// Empty for all.
  let ports: Set<Int>

  init(name: String, coversSubdomains: Bool, ports: Set<Int>) {
    self.name = name
    self.coversSubdomains = coversSubdomains
    self.ports = ports
  }

  /// Reads a rule; `nil` where it is none.
  init?(parsing text: String) {
    let isWildcard = text.hasPrefix("*.")
    guard let server = try? HostAndPort(parsing: isWildcard ? text.dropFirst(2) : text[...]) else { return nil }
    guard !isWildcard || server.host.contains(".") else { return nil }
    name = server.host.lowercased()
    coversSubdomains = isWildcard
    ports = server.port.map { [$0] } ?? []
  }

  /// Whether a stream may go to `endpoint` by this rule.
  func allows(_ endpoint: IngestEndpoint) -> Bool {
    let host = endpoint.host.lowercased()
    guard ports.isEmpty || ports.contains(endpoint.port) else { return false }
    return coversSubdomains ? host.hasSuffix(".\(name)") : host == name
  }

  var description: String {
    let port = ports.count == 1 ? ports.first.map { ":\($0)" } ?? "" : ""
    return (coversSubdomains ? "*." : "") + name + port
  }
}

/// Where streams may go.
struct AllowList: Equatable, Sendable {
  let rules: [HostRule]

  /// The rules of the settings beside Amazon IVS's.
  init(_ rules: [HostRule]) { self.rules = [.ivs] + rules }

  /// What addresses an endpoint may have; `nil` where nothing may go there.
  func addresses(for endpoint: IngestEndpoint) -> AddressRule? {
    let matching = rules.filter { $0.allows(endpoint) }
    guard !matching.isEmpty else { return nil }
    // A host that the settings name is meant, wherever it lies.
    return matching.allSatisfy(\.coversSubdomains) ? .publicOnly : .any
  }
}
