import NIOCore
import NIOHTTP1
import Testing

@testable import TranswrapServer

@Suite("Requests for WebSockets")
struct UpgradeRulesTests {
  private static let right = [
    ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
  ]

  private func head(
    _ method: HTTPMethod = .GET, _ version: HTTPVersion = .http1_1, without: String = "",
    with more: [(String, String)] = []
  ) -> HTTPRequestHead {
    HTTPRequestHead(
      version: version, method: method, uri: "/v1/publish/venue",
      headers: HTTPHeaders(Self.right.filter { $0.0 != without } + more))
  }

  @Test("a right one is taken; others are told what is wrong, with the version that is spoken")
  func refusals() {
    #expect(UpgradeRules.refusal(head()) == nil)
    for method in [.POST, .PUT, .HEAD, .OPTIONS, .RAW(value: "GOT")] as [HTTPMethod] {
      #expect(UpgradeRules.refusal(head(method))?.status == .methodNotAllowed, "\(method)")
    }
    #expect(UpgradeRules.refusal(head(.GET, .http1_0))?.status == .badRequest)
    let version = "Sec-WebSocket-Version"
    for wrong in ["8", "12", "14", "13, 8", "x", ""] {
      let answer = UpgradeRules.refusal(head(without: version, with: [(version, wrong)]))
      #expect(answer?.status == .upgradeRequired, "\(wrong)")
      #expect(answer?.headers.contains { $0 == (version, "13") } == true)
    }
    #expect(UpgradeRules.refusal(head(without: version))?.status == .upgradeRequired)
    let key = "Sec-WebSocket-Key"
    #expect(UpgradeRules.refusal(head(without: key))?.status == .badRequest)
    for wrong in ["", "x", "dGhlIHNhbXBsZQ==", "dGhlIHNhbXBsZSBub25jZSE=", "????????????????????????"] {
      #expect(UpgradeRules.refusal(head(without: key, with: [(key, wrong)]))?.status == .badRequest, "\(wrong)")
    }
    #expect(UpgradeRules.refusal(head(with: [Self.right[3]]))?.status == .badRequest, "two keys")
  }

  @Test("a plain request on a WebSocket's path is told what is wanted there")
  func plain() {
    for path in ["/v1/publish/venue", "/v1/publish/", "/rtmps/h264/x"] { #expect(UpgradeRules.concerns(path)) }
    for path in ["/", "/index.html", "/v1/publish", "/v2/publish/venue"] { #expect(!UpgradeRules.concerns(path)) }
    let answer = UpgradeRules.answer(head(without: "Upgrade"))
    #expect(answer.status == .upgradeRequired)
    #expect(answer.headers.contains { $0 == ("Upgrade", "websocket") })
    #expect(String(buffer: answer.body).contains("binary frames"))
    #expect(UpgradeRules.answer(head(.POST, without: "Upgrade")).status == .methodNotAllowed)
    #expect(UpgradeRules.answer(head(.POST)).status == .methodNotAllowed)
  }
}
