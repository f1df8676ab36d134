import Logging
import Media
import NIOCore
import NIOPosix
import Networking
import Packets
import Settings
import TestSupport
import Testing

@testable import Publishing

private let refused = PublishFailure(Explanation("the fake ingest says no"), .refused)
private let unreachable = PublishFailure(Explanation("nobody is there"), .unavailable)

/// A loop with its queue, and everything that it tells.
final class Rig: Sendable {
  let queue = PacketQueue(limit: .seconds(60), isOpen: false)
  let loop: PublishLoop
  private let running: Task<BroadcastOutcome, Never>
  private let listening: Task<[PublishEvent], Never>

  init(
    _ routes: FakeRoute..., takeover: Takeover? = nil, longestStream: Duration? = nil, duration: Duration? = nil,
    policy: ReconnectStateMachine.RetryPolicy = .attended
  ) {
    let loop = PublishLoop(
      target: PublishLoop.Target(
        routes: routes, takeover: takeover, longestStream: longestStream, group: MultiThreadedEventLoopGroup.singleton),
      queue: queue, duration: duration, policy: policy, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    self.loop = loop
    let events = loop.events()
    listening = Task {
      var told: [PublishEvent] = []
      for await event in events { told.append(event) }
      return told
    }
    running = Task { await loop.run(StreamDescription(video: nil, audio: nil, encoder: "test")) }
  }

  /// The outcome, within the deadline.
  func outcome() async throws -> BroadcastOutcome {
    let loop = loop
    try await eventually("the end") { if case .ended = loop.snapshot.state { true } else { false } }
    return await running.value
  }

  /// What was told, once it is over; without the times, which are drawn.
  func told() async -> [String] {
    await listening.value.map { event in
      switch event {
      case .connecting(let attempt): "connecting \(attempt)"
      case .connected(let route, let priority): "connected \(route)\(priority.map { " with \($0)" } ?? "")"
      case .failed(let failure, let attempt): "failed \(attempt): \(failure)"
      case .lost(let failure): "lost: \(failure)"
      case .released: "released"
      case .moving(let request): "moving: \(request.origin)"
      case .moved(let request, let route, let priority):
        "moved: \(request.origin), \(route)\(priority.map { " with \($0)" } ?? "")"
      case .moveFailed(let request, let failure): "not moved: \(request.origin), \(failure)"
      case .retrying(let attempt, _, _): "retrying \(attempt)"
      case .rate(let decision): "rate \(decision.bitrate)"
      case .stopping: "stopping"
      case .ended(.stopped): "stopped"
      case .ended(.failed(let failure)), .ended(.rejected(let failure)): "ended: \(failure.exitStatus)"
      }
    }
  }

  func waitUntilLive(_ publishers: Int, _ route: FakeRoute) async throws {
    try await eventually("connection \(publishers)") {
      guard case .live = loop.snapshot.state else { return false }
      return route.publishers.count == publishers && loop.snapshot.connection === route.publishers.last
    }
  }

  /// Pictures, keyframes if nothing else is said, so many milliseconds of media apart.
  func push(_ times: Range<Int>, apart milliseconds: Int = 20, areKeyframes: Bool = true) {
    for index in times {
      let time = MediaTime(milliseconds: Int64(index * milliseconds))
      queue.push(
        EncodedPacket(
          kind: .video(isKeyframe: areKeyframes), presentationTime: time, captureTime: .now(),
          payload: ByteBuffer(string: "x")))
    }
  }
}

@Suite("The publish loop with a publisher that is none")
struct PublishLoopTests {
  @Test("what is queued goes out from the first connection on, and a stop closes in the protocol")
  func stop() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route)
    try await rig.waitUntilLive(1, route)
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(0..<5)
    let publisher = try #require(route.publishers.first)
    try await eventually("five packets") { publisher.packets.count == 5 }
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(publisher.isClosed && !publisher.isAbandoned)
    #expect(!rig.queue.isOpen)
    #expect(await rig.told() == ["connecting 1", "connected fake://ingest", "stopping", "stopped"])
  }

  @Test("a stream goes on over a lost connection: the broken one is let go, the next takes over with a priority")
  func lost() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route, takeover: Takeover(isRequested: false, wallSeconds: 0))
    try await rig.waitUntilLive(1, route)
    rig.loop.report(.accepted)
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(0..<3)
    try await eventually("three packets") { route.publishers[0].packets.count == 3 }
    route.publishers[0].hangUp()
    try await rig.waitUntilLive(2, route)
    let snapshot = rig.loop.snapshot
    #expect(snapshot.timeWithout > .zero && snapshot.lostSince == nil && snapshot.hasBeenAccepted)
    try await eventually("the broken one is let go") { route.publishers[0].isAbandoned }
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(10..<12)
    try await eventually("the rest") { route.publishers[1].packets.count == 2 }
    // One timeline over both connections.
    #expect(
      route.publishers.flatMap(\.packets).map(\.decodeTime) == [0, 20, 40, 200, 220].map(MediaTime.init(milliseconds:)))
    #expect(route.priorities == [nil, 1])
    #expect(rig.loop.snapshot.reconnects == 1)
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told() == [
        "connecting 1", "connected fake://ingest", "lost: the fake ingest hung up", "retrying 1", "connecting 1",
        "connected fake://ingest with 1", "stopping", "stopped",
      ])
  }

  @Test("an ingest that says yes and hangs up, twice, has refused, and nobody is pushed aside for it")
  func refusedAfterYes() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route, takeover: Takeover(isRequested: false, wallSeconds: 0))
    try await rig.waitUntilLive(1, route)
    route.publishers[0].hangUp()
    try await rig.waitUntilLive(2, route)
    route.publishers[1].hangUp()
    guard case .rejected(let failure) = try await rig.outcome() else {
      Issue.record("a refusal is a failure")
      return
    }
    #expect(failure.exitStatus == .noPermission)
    #expect(failure.description.contains("hung up soon, twice"))
    #expect(route.priorities == [nil, nil])
  }

  @Test("a no is not tried again at a terminal; a box that nobody watches tries on")
  func refusal() async throws {
    let rig = Rig(FakeRoute(.refuses(refused)))
    #expect(try await rig.outcome() == .rejected(OperatorFailure(refused)))
    #expect(await rig.told() == ["connecting 1", "failed 1: the fake ingest says no", "ended: noPermission"])
    let route = FakeRoute(.refuses(refused), .accepts)
    let box = Rig(route, policy: .unattended)
    try await box.waitUntilLive(1, route)
    box.loop.report(.stop)
    #expect(try await box.outcome() == .stopped)
  }

  @Test("another route is tried where the network is to blame, and kept as the first; not after a clear no")
  func routes() async throws {
    let (direct, proxy) = (FakeRoute(.refuses(unreachable)), FakeRoute(.accepts, name: "proxy", takesPriority: false))
    let rig = Rig(direct, proxy, takeover: Takeover(isRequested: true, wallSeconds: 1_795_600_800))
    try await rig.waitUntilLive(1, proxy)
    #expect(rig.loop.snapshot.route == "proxy")
    rig.loop.report(.accepted)
    proxy.publishers[0].hangUp()
    try await rig.waitUntilLive(2, proxy)
    #expect(direct.priorities.count == 1)
    // The ingest learns the operator's priority, the proxy has a rule of its own.
    #expect(try #require(direct.priorities[0]) > 1)
    #expect(proxy.priorities == [nil, nil])
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    let other = FakeRoute(.accepts)
    #expect(try await Rig(FakeRoute(.refuses(refused)), other).outcome() == .rejected(OperatorFailure(refused)))
    #expect(other.priorities.isEmpty)
  }

  @Test("a stop while a connection hangs in the making ends at once")
  func stopWhileConnecting() async throws {
    let rig = Rig(FakeRoute(.hangs))
    try await eventually("connecting") { rig.loop.snapshot.state == .connecting(attempt: 1) }
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(await rig.told() == ["connecting 1", "stopping", "stopped"])
  }

  @Test("a source that fails closes the stream and is the reason")
  func source() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route)
    try await rig.waitUntilLive(1, route)
    let failure = OperatorFailure("the camera is gone", .inputOutput)
    rig.loop.report(.sourceFailed(failure))
    #expect(try await rig.outcome() == .failed(failure))
    #expect(route.publishers[0].isClosed)
  }

  @Test("the wanted duration ends the broadcast to the frame, counted in media time over all connections")
  func duration() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route, duration: .seconds(20))
    try await rig.waitUntilLive(1, route)
    rig.loop.report(.accepted)
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(0..<2, apart: 4000)
    try await eventually("two packets") { route.publishers[0].packets.count == 2 }
    rig.loop.report(.reconnect)
    try await eventually("the next keyframe is asked for") { rig.queue.needsKeyframe }
    rig.push(2..<8, apart: 4000)
    #expect(try await rig.outcome() == .stopped)
    #expect(route.publishers.map(\.packets.count) == [2, 3])
  }

  @Test("a service that ends each stream after its time is sent another one before, which takes nothing over")
  func renewal() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(
      route, takeover: Takeover(isRequested: true, wallSeconds: 1_800_000_000), longestStream: .milliseconds(300))
    try await rig.waitUntilLive(1, route)
    rig.push(0..<3)
    try await rig.waitUntilLive(2, route)
    #expect(route.publishers[0].isClosed && !route.publishers[0].isAbandoned)
    #expect(route.priorities[0] != nil && route.priorities[1] == nil)
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
  }

  @Test("who leaves a connection that is stuck takes nothing of it along: the next one begins with what is new")
  func stuck() async throws {
    let route = FakeRoute(.accepts)
    let rig = Rig(route)
    try await rig.waitUntilLive(1, route)
    rig.push(0..<1)
    try await eventually("the first picture") { route.publishers[0].packets.count == 1 }
    route.publishers[0].stall()
    rig.push(1..<5)
    rig.loop.report(.reconnect)
    try await rig.waitUntilLive(2, route)
    rig.push(100..<103)
    try await eventually("what is new") { !route.publishers[1].packets.isEmpty }
    #expect(route.publishers[1].packets.map(\.decodeTime.milliseconds).allSatisfy { $0 >= 100 * 20 })
    #expect(route.publishers[0].packets.count == 1)
    rig.loop.report(.stop)
    _ = try await rig.outcome()
  }
}
