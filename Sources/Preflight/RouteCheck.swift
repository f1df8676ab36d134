internal import Broadcast
internal import BroadcastConfiguration
internal import Networking
internal import RTMP
internal import Settings
internal import Transwrap

/// Looks at the routes to an ingest, as a broadcast would take them: direct, through a proxy, or either.
struct RouteCheck: Sendable {
  private let direct: ChannelAddress?
  private let proxy: ProxyEndpoint?
  private let tunnel: HTTPTunnel?
  private let settings: BroadcastSettings
  private let dependencies: Destination.Dependencies
  private let board: CheckReportBuilder

  /// A row may wait for the other route's.
  private static let limit = Duration.seconds(13)

  init(
    _ address: ChannelAddress, _ settings: BroadcastSettings, _ dependencies: Destination.Dependencies,
    _ environment: [String: String], _ board: CheckReportBuilder
  ) {
    proxy = Self.proxy(address, settings)
    direct = address.isProxy || settings.route == .proxy && proxy != nil ? nil : address
    tunnel = proxy.flatMap { HTTPTunnel(environment: environment, for: $0) }
    self.settings = settings
    self.dependencies = dependencies
    self.board = board
  }

  /// The proxy that a broadcast may take; `nil` for none.
  static func proxy(_ address: ChannelAddress, _ settings: BroadcastSettings) -> ProxyEndpoint? {
    if case .proxy(let endpoint) = address { return endpoint }
    return settings.route == .direct || settings.route == .srt ? nil : settings.proxy
  }

  func run() async {
    let tls = TLSSettings(caFile: settings.tlsCAFile)
    let straight = direct.map {
      ServerSteps(to: $0.endpoint, over: settings.bindInterface, tls: tls, group: dependencies.group)
    }
    let nearest: (any PublishEndpoint)? = if let tunnel { tunnel } else { proxy }
    let roundabout = nearest.map {
      ServerSteps(to: $0, over: settings.bindInterface, tls: tls, group: dependencies.group)
    }
    let asked = roundabout.map { steps in Task { await askProxy(after: steps) } }
    guard let shown = straight ?? roundabout else { return }
    // Where both routes are open to the broadcast, one that does not lead there is no failure.
    let way = "the proxy will be used instead"
    let soften = { @Sendable (finding: CheckFinding) async -> CheckFinding in
      guard straight != nil, finding.verdict == .fail, let asked, await asked.value.verdict != .fail else {
        return finding
      }
      return finding.softened(way)
    }
    async let other: Void = showProxy(asked, straight, roundabout)
    for (row, step) in [(CheckRow.Identifier.dns, shown.dns), (.tcp, shown.tcp), (.tls, shown.tls)] {
      await board.row(row, within: Self.limit) { Probed(await soften(await step.value)) }
    }
    await other
  }

  private func showProxy(
    _ asked: Task<CheckFinding, Never>?, _ straight: ServerSteps?, _ roundabout: ServerSteps?
  ) async {
    guard let asked else { return board.say(.proxy, .skipped("does not apply: none is set")) }
    await board.row(.proxy, within: Self.limit) {
      let finding = await asked.value
      guard let straight else {
        // The row of the step that fails says why.
        return Probed(await roundabout?.failure == nil ? finding : .skipped("needs: a connection"))
      }
      return Probed(await straight.failure == nil ? finding.softened("the direct route will be used") : finding)
    }
  }

  private func askProxy(after steps: ServerSteps) async -> CheckFinding {
    guard let proxy else { return .skipped("does not apply: none is set") }
    if let tunnel {
      return await steps.failure ?? .skipped("not asked: the network's HTTP proxy \(tunnel) leads there")
    }
    return await ProxyProbe(endpoint: proxy, caFile: settings.tlsCAFile, group: dependencies.group).look(after: steps)
  }
}
