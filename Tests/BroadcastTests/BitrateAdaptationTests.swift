import BroadcastConfiguration
import Codec
import Interface
import Logging
import Media
import Packets
import Pipeline
import Settings
import StatusCollection
import TestSupport
import Testing

@testable import Broadcast
@testable import Publishing

@Suite("What the bitrate's adaptation does and tells")
struct BitrateAdaptationTests {
  private let events = EventLog()

  /// The settings with what they make.
  private func parts(_ options: [SettingKey: String] = [:]) throws -> (BitrateAdaptation, Production) {
    let small: [SettingKey: String] = [.camera: "test", .video: "160x160@10", .videoBitrate: "1000k"]
    let values = small.merging(options) { $1 }.map { ($0, SettingValue.option($0, $1)) }
    let settings = try BroadcastSettings(options: Dictionary(uniqueKeysWithValues: values))
    let logger = Logger(label: "adaptation") { [events] _ in events.handler() }
    return (
      BitrateAdaptation(settings, logger: logger), Production(settings.pipeline, isAttended: true, logger: logger)
    )
  }

  private func decision(_ kilobits: Int, before: Int, _ reason: RateDecision.Reason = .slowPath) -> RateDecision {
    RateDecision(
      time: .zero, bitrate: .kilobits(kilobits), before: .kilobits(before), path: .kilobits(700),
      delay: .milliseconds(420), reason: reason)
  }

  @Test("the pipeline goes by what is allowed, the status shows it, and all is as requested after the broadcast")
  func effects() throws {
    let (adaptation, production) = try parts()
    let actuator = adaptation.actuator(for: production)
    let picture = production.context.picture
    actuator.apply(
      RateState(
        allowed: .kilobits(600), pictureInterval: .milliseconds(66), path: .kilobits(700),
        decision: decision(600, before: 1000)))
    #expect(picture.allowedBitrate == .kilobits(600) && picture.pictureInterval == .milliseconds(66))
    #expect(picture.requestedBitrate == .kilobits(1000))
    let status = adaptation.status(production)
    #expect(status.allowedKilobits == 600 && status.requestedKilobits == 1000 && status.pathKilobits == 700)
    #expect(status.decisions.map(\.text) == ["600 kbit/s: the path takes 700 kbit/s, 420 ms are on the way"])
    adaptation.reset(production)
    #expect(picture.allowedBitrate == nil && picture.pictureInterval == .zero)
    #expect(adaptation.status(production).allowedKilobits == nil)
    #expect(adaptation.status(production).decisions.count == 1, "what was decided can still be read")
  }

  @Test("a broadcast that is over is not heard any more")
  func late() throws {
    let (adaptation, production) = try parts()
    let old = adaptation.actuator(for: production)
    adaptation.reset(production)
    old.apply(RateState(allowed: .kilobits(300)))
    #expect(production.context.picture.allowedBitrate == nil)
  }

  @Test("the limits are those of now, and there are none while it is off")
  func limits() throws {
    let (adaptation, production) = try parts([.videoBitrateMinimum: "200k", .delayLimit: "1s"])
    let actuator = adaptation.actuator(for: production)
    #expect(actuator.limits()?.minimum == .kilobits(200))
    #expect(actuator.limits()?.requested == .kilobits(1000))
    production.context.picture.requestedBitrate = .kilobits(800)
    #expect(actuator.limits()?.requested == .kilobits(800))
    adaptation.change(production) { $0.delayLimit = .seconds(3) }
    #expect(actuator.limits()?.delay == .seconds(3))
    #expect(production.queue.limit == .seconds(2), "the kernel and the path hold the rest")
    adaptation.change(production) { $0.isOn = false }
    #expect(actuator.limits() == nil)
    #expect(production.queue.limit == .seconds(3))
  }

  @Test("the last 200 decisions are kept; the log has a line for large steps and for the return alone")
  func journal() throws {
    let (adaptation, production) = try parts()
    let actuator = adaptation.actuator(for: production)
    for index in 0..<250 {
      actuator.apply(RateState(decision: decision(1000 + index, before: 999 + index, .probing)))
    }
    #expect(adaptation.status(production).decisions.map(\.id) == Array(51...250))
    #expect(events.events.isEmpty)
    actuator.apply(RateState(decision: decision(600, before: 1249)))
    actuator.apply(RateState(decision: decision(620, before: 600, .probing)))
    actuator.apply(RateState(decision: decision(1000, before: 620, .requested)))
    actuator.apply(RateState(decision: decision(1000, before: 620, .recovered)))
    #expect(
      events.events.map { "\($0.severity): \($0.text)" } == [
        "warning: video bitrate 600 kbit/s: the path takes 700 kbit/s, 420 ms are on the way",
        "notice: video bitrate 1000 kbit/s: nothing waits, as requested again",
      ])
  }

  @Test("on a network that is too slow the picture before is shown once more in each slot that gets no new one")
  func repeats() async throws {
    let (adaptation, production) = try parts([.video: "160x160@30", .videoEncoder: "libx264"])
    let context = production.context
    adaptation.actuator(for: production).apply(RateState(pictureInterval: .milliseconds(200)))
    production.queue.open()
    let begun = MediaTime.now()
    production.start { _ in }
    try await eventually("some pictures") { context.video.framesEncoded.sum >= 60 }
    let (encoded, held) = (context.video.framesEncoded.sum, context.video.framesHeldBack.sum)
    // Five new ones a second at most, whatever this machine leaves out; the first two belong to the beginning.
    let most = (MediaTime.now() - begun).inSeconds * 5 + 2
    #expect(held > 0 && Double(encoded - held) <= most, "\(held) of \(encoded)")
    adaptation.reset(production)
    let before = context.video.framesHeldBack.sum
    try await eventually("more pictures") { context.video.framesEncoded.sum >= encoded + 30 }
    #expect(context.video.framesHeldBack.sum <= before + 1)
    await production.stop()
  }
}
