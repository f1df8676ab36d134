import Foundation
import TestSupport
import Testing

@Suite("A channel that is live")
struct LiveChannelTests {
  private struct Shown: Decodable {
    struct Metrics: Decodable { var bitrate: Double? }
    var channel: ListedChannel
    var metrics: Metrics?
  }
  private struct Session: Decodable {
    struct Event: Decodable { var name: String }
    var streamId: String
    var events: [Event]
    var end: String?
  }

  @Test("is listed, shown, measured, given metadata and stopped; it is neither changed nor deleted")
  func live() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let channel = try #require(try await fake.createChannels(count: 3, namePrefix: "room-").first)
    try await user.channels("save", "room-0", "stage")
    try await user.expectRefusal(["stop", "stage", "--yes"], exit: 69, "offline")
    try await user.expectRefusal(["metadata", "stage", "x"], exit: 69, "offline")
    #expect(try await user.run(["list", "--live"]).errorText.contains("no live channels"))

    // What was saved is all that a broadcast needs.
    let broadcast = try Broadcast(
      Broadcast.smallPicture + ["--channel", "stage", "--tls-ca-file", fake.authority.path], key: nil,
      environment: user.environment)
    try await eventually("live stream", within: .seconds(30)) {
      try await fake.sessions(of: channel.arn).last?.isLive == true
    }
    let arguments = try await Tool.run("cat", ["/proc/\(broadcast.process.processIdentifier)/cmdline"]).text
    #expect(arguments.contains("--channel"))
    AccountUser.expectNoSecret(in: arguments)
    try await fake.setViewers(12, of: channel.arn)
    let listed = try await user.json([ListedChannel].self, "list", "--live")
    #expect(listed.map(\.arn) == [channel.arn] && listed.first?.stream?.viewers == 12)
    #expect(listed.first?.stream?.health == "healthy")
    let shown = try await user.channels("show", "stage")
    #expect(shown.contains("live, healthy, 12 viewers") && shown.contains("picture 320x180 at 30 fps"), "\(shown)")
    try await eventually("figures of CloudWatch", within: .seconds(40)) {
      let measured = try await user.json(Shown.self, "show", "stage", "--metrics")
      return (measured.metrics?.bitrate ?? 0) > 100_000
    }

    let json = try user.home.write("{\"slide\": 3}\n", to: "slide.json")
    try await user.channels("metadata", "stage", "--file", json.path)
    try await user.channels("metadata", "stage", "hello")
    #expect(try await fake.metadata().map(\.metadata) == ["{\"slide\": 3}\n", "hello"])
    try await user.expectRefusal(["metadata", "stage", String(repeating: "x", count: 1025)], exit: 65, "1025", "1024")

    try await user.expectRefusal(["delete", "stage", "--yes"], exit: 69, "live", "channels stop")
    try await user.expectRefusal(["update", "stage", "--type", "basic"], exit: 69, "live", "channels stop")
    let rotated = try await user.run(["rotate-key", "stage", "--yes"])
    #expect(rotated.termination == .exit(0) && rotated.errorText.contains("cannot reconnect"))
    #expect(try await fake.sessions(of: channel.arn).last?.isLive == true)

    try await user.expectRefusal(["stop", "stage"], exit: 64, "--yes")
    try await user.channels("stop", "stage", "--yes")
    #expect(try await fake.sessions(of: channel.arn).last?.isActive == false)
    try await broadcast.process.stop(within: .seconds(15))
    let sessions = try await user.json([Session].self, "sessions", "room-0", "--events")
    let session = try #require(sessions.last)
    #expect(session.events.map(\.name).contains("Stream Start") && session.end?.isEmpty == false)
    #expect(try await user.channels("sessions", "stage").contains(session.streamId))
    #expect(try await user.channels("sessions", "stage", "--events").contains("Stream Start"))
    AccountUser.expectNoSecret(in: broadcast.process.text(of: .standardError))
    try await fake.expectNoViolations()
  }
}
