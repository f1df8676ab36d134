import Interface
import Logging
import Media
import Settings
import Testing

@testable import Pipeline

@Suite("The source loop's decisions")
struct SourceStateMachineTests {
  private typealias Event = SourceStateMachine.Event
  private typealias Effect = SourceStateMachine.Effect

  private static func failure(_ text: String) -> OperatorFailure { OperatorFailure(text, .inputOutput) }
  private static let absent = SourceFailure(reason: failure("none found"), isAbsence: true)
  private static let busy = SourceFailure(reason: failure("busy"))
  private static let pulled = SourceFailure(reason: failure("pulled out"), isLoss: true)
  private static let broken = SourceFailure(reason: failure("cannot be converted"))
  private static let lost = [
    Effect.mark(.lost), .log(.error, "camera lost, its last picture stays", reason: "pulled out"),
  ]
  private static let running = [Effect.mark(.running)]
  private static let back = [Effect.mark(.running), .log(.notice, "camera is back")]
  private static let started = [Effect.mark(.opening), .open]

  private static func opened(_ name: String) -> [Effect] { [.describe(name), .log(.info, "picture from \(name)")] }

  private static func missing(_ text: String) -> [Effect] {
    [.mark(.waiting), .describe(text), .log(.error, "no picture: \(text)")]
  }

  private func machine(mayGiveUp: Bool = false, reopens: Bool = true) -> SourceStateMachine {
    SourceStateMachine(
      SourceTraits(
        name: "camera", medium: .picture, reopensWhenSilent: reopens, hanging: Self.failure("hangs"),
        mute: Self.failure("gives nothing"), gone: Self.failure("stopped")), mayGiveUp: mayGiveUp)
  }

  /// Gives the machine events at times in seconds, and compares what it answers.
  private func expect(
    _ machine: SourceStateMachine, _ steps: [(Double, Event, [Effect])],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var machine = machine
    for (number, (time, event, effects)) in steps.enumerated() {
      let answer = machine.handle(event, at: MediaTime(nanoseconds: Int64(time * 1e9)))
      #expect(answer == effects, "step \(number): \(event) at \(time)", sourceLocation: sourceLocation)
    }
  }

  @Test("opened, streams, pulled out, tried each second, back")
  func life() {
    expect(
      machine(),
      [
        (0, .start, Self.started), (1, .nothing, []), (2, .opened("Cam"), Self.opened("Cam")),
        (2.1, .media, Self.running), (2.2, .media, []), (5, .failed(Self.pulled), Self.lost), (5.9, .nothing, []),
        (6, .nothing, [.open]), (6.1, .refused(Self.busy), []), (7, .nothing, []), (7.1, .nothing, [.open]),
        (7.2, .opened("Cam"), Self.opened("Cam")), (7.3, .nothing, []), (7.4, .media, Self.back), (7.5, .media, []),
      ])
  }

  @Test("no device at all is said calmly, once, and is not a loss")
  func absence() {
    let calm = "no camera found: waiting for one"
    expect(
      machine(),
      [
        (0, .start, Self.started),
        (0.1, .refused(Self.absent), [.mark(.waiting), .describe(calm), .log(.notice, calm)]),
        (2, .nothing, []), (2.1, .nothing, [.open]), (2.2, .refused(Self.absent), []), (4.2, .nothing, [.open]),
        (4.3, .refused(Self.busy), Self.missing("busy")), (6.3, .nothing, [.open]),
        (6.4, .opened("Cam"), Self.opened("Cam")), (6.5, .media, Self.running),
      ])
  }

  @Test("an open that is never answered is said once and never asked a second time, in an hour not")
  func hangs() {
    var machine = machine()
    _ = machine.handle(.start, at: .zero)
    #expect(machine.handle(.nothing, at: MediaTime(milliseconds: 9999)).isEmpty)
    #expect(machine.isExpected)
    #expect(machine.handle(.nothing, at: MediaTime(milliseconds: 10_000)) == Self.missing("hangs"))
    #expect(!machine.isExpected)
    for second in 11...3600 {
      #expect(machine.handle(.nothing, at: MediaTime(milliseconds: Int64(second) * 1000)).isEmpty)
    }
    let late = MediaTime(milliseconds: 3_601_000)
    #expect(machine.handle(.opened("Cam"), at: late) == Self.opened("Cam"))
    #expect(machine.handle(.media, at: late) == Self.running)
  }

  @Test("a device that is opened and never gives anything is opened anew, and is not called lost")
  func mute() {
    expect(
      machine(),
      [
        (0, .start, Self.started), (1, .opened("Cam"), Self.opened("Cam")), (5.9, .nothing, []),
        (6, .nothing, Self.missing("gives nothing")), (8, .nothing, [.open]),
        (8.1, .opened("Cam"), Self.opened("Cam")), (13.1, .nothing, []), (15.1, .nothing, [.open]),
      ])
  }

  @Test("a device that freezes is lost after 3 s and opened anew")
  func freezes() {
    expect(
      machine(),
      [
        (0, .start, Self.started), (0.1, .opened("Cam"), Self.opened("Cam")), (0.2, .media, Self.running),
        (3.1, .nothing, []),
        (3.2, .nothing, [.mark(.lost), .log(.error, "camera lost, its last picture stays", reason: "stopped")]),
        (4.2, .nothing, [.open]),
      ])
  }

  @Test("a film that gives nothing is lost after 3 s, and goes on where it was without being opened anew")
  func film() {
    expect(
      machine(reopens: false),
      [
        (0, .start, Self.started), (0.1, .opened("film"), Self.opened("film")), (0.2, .media, Self.running),
        (3.2, .nothing, [.mark(.lost), .log(.error, "camera lost, its last picture stays", reason: "stopped")]),
        (60, .nothing, []), (61, .media, Self.back), (62, .failed(Self.pulled), Self.lost), (63, .nothing, [.open]),
      ])
  }

  @Test(
    "where a source ends the production, it does so until it has given something, and whatever breaks it later",
    arguments: [
      [(Event.refused(absent), [Effect.giveUp(absent.reason)])], [(.refused(busy), [.giveUp(busy.reason)])],
      [(.opened("Cam"), opened("Cam")), (.failed(pulled), [.giveUp(pulled.reason)])],
      [(.opened("Cam"), opened("Cam")), (.media, running), (.failed(pulled), lost)],
      [(.opened("Cam"), opened("Cam")), (.media, running), (.failed(broken), [.giveUp(broken.reason)])],
    ])
  func givesUp(steps: [(SourceStateMachine.Event, [SourceStateMachine.Effect])]) {
    expect(
      machine(mayGiveUp: true), [(0, .start, Self.started)] + steps.map { (1, $0.0, $0.1) } + [(1, .nothing, [])])
  }

  @Test("an open that hangs ends the production where it may")
  func givesUpHanging() {
    expect(
      machine(mayGiveUp: true),
      [(0, .start, Self.started), (10, .nothing, [.giveUp(Self.failure("hangs"))]), (11, .nothing, [])])
  }

  @Test("a source that is lost is never given up, and another reason is said by its own words")
  func keeps() {
    expect(
      machine(mayGiveUp: true),
      [
        (0, .start, Self.started), (1, .opened("Cam"), Self.opened("Cam")), (1, .media, Self.running),
        (2, .failed(Self.pulled), Self.lost), (3, .nothing, [.open]), (13, .nothing, []), (99, .refused(Self.busy), []),
        (100, .nothing, [.open]), (100, .refused(Self.absent), []),
      ])
    expect(
      machine(),
      [
        (0, .start, Self.started), (1, .opened("Cam"), Self.opened("Cam")), (1, .media, Self.running),
        (2, .failed(Self.broken), [.mark(.lost), .log(.error, "no picture: cannot be converted")]),
      ])
  }
}
