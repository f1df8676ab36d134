import Foundation
import TestSupport
import Testing

@Suite("Many channels")
struct ChannelListTests {
  @Test("all pages come, whole where nobody looks on, at about the service's rate")
  func pages() async throws {
    let fake = try await FakeIVS()
    try await fake.createChannels(count: 1250, namePrefix: "room-")
    let user = try AccountUser(fake.environment)
    let lines = try await user.channels("list").split(separator: "\n")
    #expect(lines.count == 1251)
    #expect(lines.dropFirst().allSatisfy { $0.contains("arn:aws:ivs:us-west-2:123456789012:channel/") })
    let asked = try await fake.requests()
    #expect(asked.filter { $0.operation == "ListChannels" && $0.error == nil }.count == 13)
    // 13 pages take more than two seconds; a client without a budget would be refused several times.
    #expect(asked.filter { $0.error == "ThrottlingException" }.count <= 1)
    #expect(try await user.json([ListedChannel].self, "list", "ROOM-12").map(\.name).count == 61)
    try await user.expectRefusal(["show", "room-9999"], exit: 66, "room-9999", "us-west-2")
    try await fake.expectNoViolations()
  }

  @Test("on a terminal the table fits, and says how many there are on its way", arguments: [64, 80, 140])
  func terminal(columns: Int) async throws {
    let fake = try await FakeIVS()
    try await fake.createChannels(count: 310, namePrefix: "a-rather-long-name-of-a-room-")
    let user = try AccountUser(fake.environment)
    let terminal = try await Tmux(columns: columns, rows: 400)
    for (name, value) in user.environment { try await terminal.run("export \(name)='\(value)'") }
    try await terminal.run("clear")
    try await terminal.run("\(try Product.ivsBroadcast()) channels list; echo status=$?")
    let screen = try await terminal.wait("the end", within: .seconds(20)) { $0.contains(/status=\d/) }
    #expect(screen.contains("status=0"))
    let lines = screen.split(separator: "\n").map(String.init)
    let header = try #require(lines.firstIndex { $0.hasPrefix("NAME") }, "\(screen)")
    let rows = lines[(header + 1)...].prefix { !$0.hasPrefix("status=") }
    // A row that did not fit would take two.
    #expect(rows.count == 310, "\(rows.prefix(5))")
    #expect(rows.allSatisfy { $0.hasPrefix("a-rather") && $0.contains("/") })
    // What it said on its way is gone.
    #expect(!screen.contains("channels…"))
    try await fake.expectNoViolations()
  }

  @Test("a name that several channels have is answered with their ARNs")
  func ambiguous() async throws {
    let fake = try await FakeIVS()
    let user = try AccountUser(fake.environment)
    let first = try #require(try await fake.createChannels(namePrefix: "room-").first)
    let second = try #require(try await fake.createChannels(namePrefix: "room-").first)
    try await user.expectRefusal(["show", "room-0"], exit: 64, first.arn, second.arn)
    try await user.expectRefusal(["delete", "room-0", "--yes"], exit: 64, first.arn, second.arn)
    #expect(try await user.channels("show", second.arn).contains(second.arn))
    // A saved name is no way around it, where the account has another channel of that name.
    try await user.channels("save", second.arn, "other")
    let third = try #require(try await fake.createChannels(namePrefix: "stage-").first)
    try await user.channels("save", second.arn, "stage-0")
    try await user.expectRefusal(["stop", "stage-0", "--yes"], exit: 64, second.arn, third.arn)
    #expect(try await user.channels("show", "other").contains(second.arn))
    try await fake.expectNoViolations()
  }
}
