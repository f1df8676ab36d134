import TestSupport
import Testing

@testable import LocalChannel

@Suite("Hostile requests to the player")
struct PlaybackFuzzTests {
  @Test("no target without the secret finds anything, and no name leaves the directory")
  func targets() async throws {
    let secret = PlaybackSecret()
    let right = Array("/\(secret.text)/segment000001.m4s".utf8)
    await Fuzz("playback targets", count: 20_000).run { random in
      let target = String(decoding: Fuzz.mutated(right, &random), as: UTF8.self)
      let request = PlaybackRequest(
        method: "GET", target: target, hosts: ["localhost"], wantsHost: true, secret: secret)
      guard request != .nothing else { return }
      #expect(target.hasPrefix("/\(secret.text)"), "\(target)")
      if case .file(let name, _) = request { #expect(!name.contains("/") && !name.hasPrefix("."), "\(target)") }
    }
  }

  @Test("no damaged host is taken for this machine unless its name is one of this machine's")
  func hosts() async throws {
    let right = ["127.0.0.1:8935", "localhost", "[::1]:80"].map { Array($0.utf8) }
    await Fuzz("host fields", count: 20_000).run { random in
      let host = String(decoding: Fuzz.mutated(right[random.below(right.count)], &random), as: UTF8.self)
      guard LoopbackHost.isNamed(by: host) else { return }
      let name = host.lowercased()
      #expect(name.hasPrefix("localhost") || name.hasPrefix("[::1]") || name.hasPrefix("127."), "\(host)")
    }
  }
}
