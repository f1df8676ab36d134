package import BroadcastConfiguration
internal import FoundationEssentials
package import Logging
internal import Media
package import NIOCore
package import Networking
package import RTMP
internal import SRT
package import Settings
internal import Transwrap

/// Finds the routes to a channel with the secrets that they want; connects nothing.
package struct RoutePlan: Sendable {
  private let settings: BroadcastSettings
  /// What was found for the channel.
  private let secrets: ChannelSecrets
  private let group: any EventLoopGroup
  private let logger: Logger

  /// Makes a plan for a broadcast with these secrets.
  package init(
    _ settings: BroadcastSettings, secrets: ChannelSecrets, group: any EventLoopGroup, logger: Logger
  ) {
    self.settings = settings
    self.secrets = secrets
    self.group = group
    self.logger = logger
  }

  private var tls: TLSSettings { TLSSettings(caFile: settings.tlsCAFile) }

  /// The route to an ingest with a known key, straight.
  package static func direct(
    to endpoint: IngestEndpoint, key: StreamKey, tls: TLSSettings = TLSSettings(), interface: NetworkInterface? = nil,
    group: any EventLoopGroup
  ) -> any Route {
    RTMPRoute(endpoint: endpoint, key: key, tls: tls, interface: interface, group: group)
  }

  /// The routes to an address, the preferred one first.
  /// - Throws: one line for a missing key or token.
  package func routes(to address: ChannelAddress) throws(OperatorFailure) -> [any Route] {
    do throws(ConnectionError) { _ = try settings.bindInterface?.index() } catch {
      throw OperatorFailure(PublishFailure(error))
    }
    if case .proxy(let proxy) = address { return [try route(through: proxy)] }
    var routes: [any Route] = []
    if settings.route != .proxy || settings.proxy == nil { routes.append(try direct(to: address)) }
    if let proxy = settings.proxy, settings.route == .auto || settings.route == .proxy {
      routes.append(try route(through: proxy))
    }
    return routes
  }

  private func direct(to address: ChannelAddress) throws(OperatorFailure) -> any Route {
    guard let key = secrets.key ?? secrets.ask?("Stream key for \(address.host): ") else {
      throw SecretSource.missing(for: address)
    }
    switch address {
    case .ingest(let endpoint):
      if endpoint.isInTheClear {
        logger.warning(
          "rtmp:// is not encrypted: others on the way can read the key and see the stream; use rtmps:// if possible",
          metadata: ["ingest": "\(endpoint)"])
      }
      return Self.direct(to: endpoint, key: key, tls: tls, interface: settings.bindInterface, group: group)
    case .srt(let endpoint):
      if secrets.passphrase == nil, !HostAndPort.isLoopback(endpoint.host) {
        logger.warning(
          "SRT without a passphrase is not encrypted: others on the way can see the stream; give `passphrase-file`",
          metadata: ["ingest": "\(endpoint)"])
      }
      // What cannot be carried is told before anything is connected, with a priority as it may have to have later.
      do throws(SRTStreamIDError) { _ = try SRTStreamID(key: key.withPriority(1).value) } catch {
        throw OperatorFailure(error.explanation, .configuration)
      }
      return SRTRoute(
        endpoint: endpoint, key: key, passphrase: secrets.passphrase, interface: settings.bindInterface)
    case .proxy(let proxy): return try route(through: proxy)
    }
  }

  private func route(through proxy: ProxyEndpoint) throws(OperatorFailure) -> any Route {
    let credential: ProxyCredential? =
      switch proxy.target {
      case .channel: secrets.token.map { .token($0) }
      case .ingest: secrets.key.map { .key($0) }
      }
    guard let credential else { throw SecretSource.missing(for: .proxy(proxy)) }
    if proxy.isInTheClear {
      logger.warning(
        "ws:// is not encrypted: others on the way can read the secret and see the stream; use wss://",
        metadata: ["proxy": "\(proxy)"])
    }
    let tunnel = HTTPTunnel(environment: ProcessInfo.processInfo.environment, for: proxy)
    if let tunnel { logger.info("the network's HTTP proxy is used", metadata: ["proxy": "\(tunnel)"]) }
    return ProxyRoute(proxy, credential, through: tunnel, tls: tls, interface: settings.bindInterface, group: group)
  }
}
