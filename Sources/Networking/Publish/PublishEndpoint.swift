/// Where a publisher connects to; what the rest of the program knows of it, whatever is spoken there.
public protocol PublishEndpoint: Sendable, CustomStringConvertible {
  /// A host name or an address, without brackets.
  var host: String { get }
  /// What carries the protocol.
  var transport: EndpointTransport { get }
  /// In whose words failures are told.
  var applicationProtocol: ApplicationProtocol { get }
  /// Whether what is secret leaves this machine unencrypted.
  var isInTheClear: Bool { get }
}

extension PublishEndpoint {
  /// RTMP, unless it says otherwise.
  public var applicationProtocol: ApplicationProtocol { .rtmp }
  /// Said only of what is known to be so.
  public var isInTheClear: Bool { false }
}

/// What carries a publisher's protocol: what can be tried before anything is published.
public enum EndpointTransport: Hashable, Sendable {
  /// A connection can be made just to look.
  case tcp(port: Int, usesTLS: Bool)
  /// Only publishing itself shows whether somebody answers; the protocol's name is for people.
  case udp(protocolName: String)
}
