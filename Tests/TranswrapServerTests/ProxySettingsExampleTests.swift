import Foundation
import Media
import Networking
import RTMP
import Settings
import TestSupport
import Testing

@testable import TranswrapServer

@Suite("The sample of the proxy's settings")
struct ProxySettingsExampleTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    try folder.write("sk_eu-west-1_AbCdEf123456\n", to: "venue.key")
  }

  private func read(_ text: String) throws -> ProxySettings {
    let placed = text.replacing("venue.key", with: folder.file("venue.key").path)
    return try ProxySettings(placed, path: "settings.yaml", environment: [:])
  }

  @Test("serves as it stands once the key's file is there, with every default")
  func serves() throws {
    let settings = try read(ProxySettings.example)
    #expect(settings.listen.description == "127.0.0.1:8080" && settings.tokensFile == "tokens.yaml")
    #expect(settings.channels["venue"]?.endpoint.app == "app" && settings.channels.count == 1)
    #expect(settings.limits == ProxySettings.Limits() && settings.drain == .seconds(60) && settings.jwt == nil)
  }

  @Test("every line that is not in effect can be put into effect, and shows the default where there is one")
  func uncommented() throws {
    let lines = ProxySettings.example.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasPrefix("#") && (!line.hasPrefix("# ") || line.hasPrefix("#  ")) ? line.dropFirst() : line
    }
    let settings = try read(lines.joined(separator: "\n"))
    let defaults = ProxySettings()
    #expect(settings.drain == defaults.drain && settings.logLevel == defaults.logLevel)
    #expect(settings.isInsecure == defaults.isInsecure && settings.hasOriginalURLs == defaults.hasOriginalURLs)
    var limits = settings.limits
    #expect(limits.originalSessions == 250 && limits.totalBitrate != nil)
    (limits.originalSessions, limits.totalBitrate) = (nil, nil)
    #expect(limits == ProxySettings.Limits())
    #expect(settings.jwt?.channelsClaim == "cognito:groups" && settings.channels["venue"]?.takeover == .auto)
  }

  @Test("the list has a line for each setting, none wider than asked for")
  func list() {
    let lines = ProxySettings.table.table(columns: 80).split(separator: "\n")
    for name in ProxySettings.names() + ProxySettings.names(in: "limits") {
      #expect(lines.contains { $0.split(separator: " ").first == name[...] }, "\(name)")
    }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }
}
