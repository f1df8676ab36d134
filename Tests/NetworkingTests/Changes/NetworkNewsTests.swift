import Media
import NIOCore
import TestSupport
import Testing

@testable import Networking

/// What a kernel (Linux 6.18, x86-64) told while interfaces were configured; of links the fixed part alone.
enum Captured {
  static let linkMade = "20000000100000000000000000000000" + "00000100030000000210000000000000"
  static let linkUpWithoutCarrier = "20000000100000000000000000000000" + "00000100030000000310000001000000"
  static let linkUp = "20000000100000000000000000000000" + "00000100030000004310010000000000"
  static let linkDown = "20000000100000000000000000000000" + "00000100030000000210000001000000"
  static let linkDeleted = "20000000110000000000000000000000" + "00000100030000000210000000000000"
  static let loopbackUp = "20000000100000000000000000000000" + "00000403010000004900010001000000"
  static let address =
    "4c0000001400000091410b6b5f550000021880000300000008000100c000020508000200c00002050800030075703000080008008000"
    + "000014000600ffffffffffffffff3219010032190100"
  static let loopbackAddress =
    "4c000000140000000000000000000000020880fe01000000080001007f000001080002007f000001070003006c6f00000800080080000000"
    + "14000600ffffffffffffffffef1a0100ef1a0100"
  static let tentativeAddress =
    "480000001400000000000000000000000a40c000030000001400010020010db800000000000000000000000514000600ffffffffffffffff"
    + "511901005119010008000800c0000000"
  static let addressAfterChecking =
    "480000001400000000000000000000000a408000030000001400010020010db800000000000000000000000514000600ffffffffffffffff"
    + "51190100511901000800080080000000"
  static let linkLocalAddress =
    "500000001400000000000000000000000a4080fd0300000014000100fe80000000000000104b82fffeb4e6d814000600ffffffffffffffff"
    + "1319010013190100080008008000000005000b0003000000"
  static let addressGone =
    "480000001500000000000000000000000a408000030000001400010020010db800000000000000000000000514000600ffffffffffffffff"
    + "51190100511901000800080080000000"
  static let defaultRoute =
    "340000001800000693410b6b7455000002000000fe0300010000000008000f00fe00000008000500c00002010800040003000000"
  static let otherRoute =
    "3c0000001800000694410b6b7c55000002180000fe0300010000000008000f00fe00000008000100c633640008000500c0000201"
    + "0800040003000000"
  static let connectedRoute =
    "3c00000018000006000000000000000002180000fe02fd010000000008000f00fe00000008000100c000020008000700c0000205"
    + "0800040003000000"
  static let defaultRouteV6Fixed = "1c0000001800000694410b6b79550000" + "0a000000fe03000100000000"
  static let defaultRouteGoneV6Fixed = "1c0000001900000000000000000000" + "00" + "0a000000fe03000100000000"

  static let all = [
    linkMade, linkUpWithoutCarrier, linkUp, linkDown, linkDeleted, loopbackUp, address, loopbackAddress,
    tentativeAddress, addressAfterChecking, linkLocalAddress, addressGone, defaultRoute, otherRoute, connectedRoute,
    defaultRouteV6Fixed, defaultRouteGoneV6Fixed,
  ]

  static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = Array(hexadecimal.utf8)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
    }
  }

  static func datagram(_ messages: String...) -> ByteBuffer { ByteBuffer(bytes: messages.flatMap(bytes)) }
}

@Suite("What the kernel tells of the network")
struct NetworkNewsTests {
  @Test(
    "an address that can be used and a default route are news; what holds for a link alone, and what goes, is none",
    arguments: [
      (Captured.address, true), (Captured.tentativeAddress, false), (Captured.addressAfterChecking, true),
      (Captured.linkLocalAddress, false), (Captured.loopbackAddress, false), (Captured.addressGone, false),
      (Captured.defaultRoute, true), (Captured.defaultRouteV6Fixed, true), (Captured.defaultRouteGoneV6Fixed, false),
      (Captured.otherRoute, false), (Captured.connectedRoute, false), (Captured.loopbackUp, false),
    ])
  func single(message: String, isNews: Bool) {
    var news = NetworkNews()
    #expect(news.take(Captured.datagram(message)) == isNews)
  }

  @Test("a link that carries something is news once, and again after it did not")
  func links() {
    var news = NetworkNews()
    let steps = [
      (Captured.linkMade, false), (Captured.linkUpWithoutCarrier, false), (Captured.linkUp, true),
      (Captured.linkUp, false), (Captured.linkDown, false), (Captured.linkUp, true), (Captured.linkDeleted, false),
      (Captured.linkUp, true),
    ]
    for (index, (message, isNews)) in steps.enumerated() {
      #expect(news.take(Captured.datagram(message)) == isNews, "step \(index)")
    }
    news.forget()
    #expect(news.take(Captured.datagram(Captured.linkUp)) == true)
  }

  @Test("several messages in one datagram are all read, and one that is cut off is not")
  func several() {
    var news = NetworkNews()
    #expect(news.take(Captured.datagram(Captured.linkMade, Captured.otherRoute, Captured.address)) == true)
    let whole = Captured.bytes(Captured.otherRoute) + Captured.bytes(Captured.defaultRoute)
    #expect(news.take(ByteBuffer(bytes: whole)) == true)
    #expect(news.take(ByteBuffer(bytes: whole.dropLast())) == false)
  }

  @Test("links are remembered up to a limit; of more of them each message counts")
  func limit() {
    var news = NetworkNews()
    for index in 0..<1000 {
      var bytes = Captured.bytes(Captured.linkUp)
      bytes[20] = UInt8(index & 0xff)
      bytes[21] = UInt8(index >> 8)
      #expect(news.take(ByteBuffer(bytes: bytes)) == true)
    }
    #expect(news.links.count == NetworkNews.interfaceLimit)
  }
}

@Suite("Hostile input: what the kernel tells of the network")
struct NetworkNewsFuzzTests {
  @Test("whatever the bytes are, reading them ends, and what is kept is bounded")
  func mutated() async {
    let messages = Captured.all.map(Captured.bytes)
    await Fuzz("rtnetlink messages", count: 20_000).run { random in
      var news = NetworkNews()
      for _ in 0...random.below(4) {
        var bytes: [UInt8] = []
        for _ in 0...random.below(5) { bytes += messages[random.below(messages.count)] }
        if random.below(4) > 0 { bytes = Fuzz.mutated(bytes, &random) }
        _ = news.take(ByteBuffer(bytes: bytes))
      }
      #expect(news.links.count <= NetworkNews.interfaceLimit)
    }
  }
}
