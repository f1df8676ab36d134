import Media
import NIOCore
import Networking
import Packets
import Settings
import TestSupport
import Testing

@testable import Publishing

private let busy = PublishFailure(Explanation("the fake ingest has it already"), .refused, mayBeBusy: true)
private let unreachable = PublishFailure(Explanation("nobody is there"), .unavailable)

extension Rig {
  /// A stream that runs, with three pictures on the first connection.
  static func live(_ route: FakeRoute, takeover: Takeover? = nil) async throws -> Rig {
    let rig = Rig(route, takeover: takeover)
    try await rig.waitUntilLive(1, route)
    rig.loop.report(.accepted)
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(0..<1)
    rig.push(1..<3, areKeyframes: false)
    try await eventually("three packets") { route.publishers[0].packets.count == 3 }
    return rig
  }

  func push(sound milliseconds: Int64...) {
    for time in milliseconds {
      queue.push(
        EncodedPacket(
          kind: .audio, presentationTime: MediaTime(milliseconds: time), captureTime: .now(),
          payload: ByteBuffer(string: "a")))
    }
  }
}

extension FakePublisher {
  fileprivate var times: [Int64] { packets.map(\.decodeTime.milliseconds) }
}

@Suite("The publish loop moves to another connection")
struct PublishLoopMoveTests {
  @Test("a server asks: the old one gets all before the keyframe and the sound of before it, the new one the rest")
  func server() async throws {
    let route = FakeRoute(.accepts)
    let rig = try await Rig.live(route)
    let old = route.publishers[0]
    old.ask(MoveRequest(.server, to: "rtmp://ingest.example:1935/app", reason: "updates"))
    try await eventually("a keyframe is asked for") { rig.queue.needsKeyframe }
    #expect(route.targets == [nil, "rtmp://ingest.example:1935/app"])
    #expect(!old.isClosed)
    rig.push(3..<5, areKeyframes: false)
    rig.push(5..<6)
    #expect(!rig.queue.needsKeyframe)
    rig.push(sound: 96, 117)
    rig.push(6..<8, areKeyframes: false)
    try await eventually("all packets") { route.publishers.flatMap(\.packets).count == 10 }
    #expect(old.times == [0, 20, 40, 60, 80, 96])
    #expect(route.publishers[1].times == [100, 117, 120, 140])
    try await rig.waitUntilLive(2, route)
    try await eventually("the old one is closed in the protocol") { old.isClosed }
    #expect(!old.isAbandoned && rig.queue.droppedVideo == 0)
    let snapshot = rig.loop.snapshot
    #expect((snapshot.moves, snapshot.reconnects, snapshot.timeWithout) == (1, 0, .zero))
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told() == [
        "connecting 1", "connected fake://ingest", "moving: server", "moved: server, fake://ingest", "stopping",
        "stopped",
      ])
  }

  @Test("where streams are taken over the new one comes with a higher priority, and its yes ends the old one: no loss")
  func takeover() async throws {
    let route = FakeRoute(.accepts)
    let rig = try await Rig.live(route, takeover: Takeover(isRequested: false, wallSeconds: 0))
    for step in 1...3 {
      rig.loop.report(.reconnect)
      try await eventually("connection \(step + 1)") { route.publishers.count == step + 1 && rig.queue.needsKeyframe }
      rig.push(step * 10..<step * 10 + 1)
      try await rig.waitUntilLive(step + 1, route)
      // The service ends it once the new one has taken its place; until then it is open.
      #expect(!route.publishers[step - 1].isClosed)
      route.publishers[step - 1].hangUp()
      try await eventually("the end of the old one") { route.publishers[step - 1].isClosed }
    }
    #expect(route.priorities == [nil, 1, 2, 3])
    // A loss afterwards goes on counting from there.
    route.publishers[3].hangUp()
    try await rig.waitUntilLive(5, route)
    #expect(route.priorities.last == 4)
    #expect((rig.loop.snapshot.moves, rig.loop.snapshot.reconnects) == (3, 1))
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told().dropFirst(2).prefix(4) == [
        "moving: operator", "moved: operator, fake://ingest with 1", "moving: operator",
        "moved: operator, fake://ingest with 2",
      ])
  }

  @Test("an ingest without room for two: the operator's request ends the present one first, a server's does not")
  func busyIngest() async throws {
    let route = FakeRoute(.accepts, .refuses(busy), .refuses(busy), .accepts)
    let rig = try await Rig.live(route)
    route.publishers[0].ask(MoveRequest(.server))
    try await eventually("the attempt") { route.priorities.count == 2 && !rig.loop.snapshot.isMoving }
    #expect(!route.publishers[0].isAbandoned)
    rig.loop.report(.reconnect)
    try await rig.waitUntilLive(2, route)
    try await eventually("the old one is let go") { route.publishers[0].isAbandoned }
    #expect((rig.loop.snapshot.moves, rig.loop.snapshot.reconnects) == (0, 1))
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told() == [
        "connecting 1", "connected fake://ingest", "moving: server",
        "not moved: server, the fake ingest has it already", "moving: operator",
        "not moved: operator, the fake ingest has it already", "released", "connecting 1", "connected fake://ingest",
        "stopping", "stopped",
      ])
  }

  @Test("nobody answers: the stream stays where it is")
  func unreachableIngest() async throws {
    let route = FakeRoute(.accepts, .refuses(unreachable))
    let rig = try await Rig.live(route)
    rig.loop.report(.reconnect)
    try await eventually("the attempt") { route.priorities.count == 2 }
    rig.push(3..<6, areKeyframes: false)
    try await eventually("the stream goes on") { route.publishers[0].packets.count == 6 }
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told().dropFirst(2) == [
        "moving: operator", "not moved: operator, nobody is there", "stopping", "stopped",
      ])
  }

  @Test("the present connection is lost while the second is made: that one is the next, and there is no third")
  func lostMeanwhile() async throws {
    let gate = Gate()
    let route = FakeRoute(.accepts, .waits(gate))
    let rig = try await Rig.live(route)
    rig.loop.report(.reconnect)
    try await eventually("the attempt") { route.priorities.count == 2 }
    route.publishers[0].hangUp()
    try await eventually("the loss") { rig.loop.snapshot.state == .connecting(attempt: 1) }
    gate.open()
    try await rig.waitUntilLive(2, route)
    try await eventually("an open queue") { rig.queue.isOpen }
    rig.push(10..<12)
    try await eventually("the rest") { route.publishers[1].packets.count == 2 }
    #expect(route.priorities.count == 2)
    #expect((rig.loop.snapshot.moves, rig.loop.snapshot.reconnects) == (0, 1))
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
  }

  @Test("the present connection ends before the keyframe: it goes over the second one")
  func endsBeforeTheKeyframe() async throws {
    let route = FakeRoute(.accepts)
    let rig = try await Rig.live(route)
    rig.loop.report(.reconnect)
    try await eventually("a keyframe is asked for") { route.publishers.count == 2 && rig.queue.needsKeyframe }
    route.publishers[0].hangUp()
    try await rig.waitUntilLive(2, route)
    try await eventually("a keyframe is waited for") { rig.queue.needsKeyframe }
    rig.push(4..<6)
    try await eventually("the rest") { route.publishers[1].times == [80, 100] }
    #expect((rig.loop.snapshot.moves, rig.loop.snapshot.reconnects) == (1, 0))
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
  }

  @Test("the second connection breaks before its keyframe: all goes on over the present one")
  func breaksBeforeItsKeyframe() async throws {
    let route = FakeRoute(.accepts)
    let rig = try await Rig.live(route)
    rig.loop.report(.reconnect)
    try await eventually("a keyframe is asked for") { route.publishers.count == 2 && rig.queue.needsKeyframe }
    route.publishers[1].hangUp()
    try await eventually("it is let go") { route.publishers[1].isClosed }
    rig.push(3..<6)
    try await eventually("the stream goes on") { route.publishers[0].packets.count == 6 }
    #expect(rig.loop.snapshot.connection === route.publishers[0])
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(
      await rig.told().dropFirst(2) == [
        "moving: operator", "not moved: operator, the fake ingest hung up", "stopping", "stopped",
      ])
  }

  @Test("a stop meanwhile closes both", arguments: [true, false])
  func stop(isMade: Bool) async throws {
    let route = FakeRoute(.accepts, isMade ? .accepts : .hangs)
    let rig = try await Rig.live(route)
    rig.loop.report(.reconnect)
    try await eventually("the attempt") { route.priorities.count == 2 && (!isMade || rig.queue.needsKeyframe) }
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    #expect(route.publishers.count == (isMade ? 2 : 1) && route.publishers.allSatisfy { $0.isClosed })
  }

  @Test("each packet of a long stream is sent once, in order, however often it moves")
  func everyPacketOnce() async throws {
    let route = FakeRoute(.accepts)
    let rig = try await Rig.live(route)
    var next = 3
    for step in 1...20 {
      rig.loop.report(.reconnect)
      try await eventually("connection \(step + 1)") { route.publishers.count == step + 1 }
      while rig.loop.snapshot.moves < step {
        rig.push(next..<next + 1, areKeyframes: rig.queue.needsKeyframe)
        next += 1
        await Task.yield()
      }
    }
    rig.push(next..<next + 1, areKeyframes: false)
    try await eventually("all packets") { route.publishers.map(\.packets.count).reduce(0, +) == next + 1 }
    #expect(route.publishers.flatMap(\.times) == (0...Int64(next)).map { $0 * 20 })
    #expect(route.publishers.allSatisfy { $0.packets.first?.isKeyframe == true })
    rig.loop.report(.stop)
    #expect(try await rig.outcome() == .stopped)
    try await eventually("all are closed") { route.publishers.allSatisfy(\.isClosed) }
  }
}

@Suite("Which connection a packet goes to")
struct HandoverTests {
  private func packet(_ milliseconds: Int64, _ kind: EncodedPacket.Kind) -> EncodedPacket {
    EncodedPacket(
      kind: kind, presentationTime: MediaTime(milliseconds: milliseconds), captureTime: .zero, payload: ByteBuffer())
  }

  private func sides(_ packets: EncodedPacket...) -> (sides: [Handover.Side], handover: Handover) {
    var handover = Handover()
    return (packets.map { handover.side(of: $0) }, handover)
  }

  @Test("the next one begins with a keyframe, and sound of before it that comes later belongs to the present one")
  func boundary() {
    let (delta, key) = (EncodedPacket.Kind.video(isKeyframe: false), EncodedPacket.Kind.video(isKeyframe: true))
    let split = sides(
      packet(0, delta), packet(10, .audio), packet(33, key), packet(31, .audio), packet(66, delta), packet(52, .audio),
      packet(40, .audio))
    #expect(split.sides == [.present, .present, .next, .present, .next, .next, .next])
    #expect(split.handover.isOver)
    let early = sides(packet(40, .audio), packet(33, key))
    #expect(early.sides == [.present, .next] && !early.handover.isOver)
    let silent = sides(packet(0, key), packet(499, delta), packet(500, delta))
    #expect(silent.sides == [.next, .next, .next] && silent.handover.isOver)
  }
}
