internal import CLinux
package import NIOCore

/// Reads what the kernel tells of the network (rtnetlink), and finds in it what may lead to a server again: a link that
/// came up, an address, a default route.
///
/// Pure: bytes come from outside. What it keeps is bounded.
package struct NetworkNews: Sendable {
  /// Interfaces that are remembered; of further ones each message counts.
  static let interfaceLimit = 64
  /// Messages that are read of one datagram.
  static let messageLimit = 256

  /// Whether each link, by its number, carried something when it was last told of.
  private(set) var links: [Int32: Bool] = [:]

  /// Knows of no link yet.
  package init() {}

  /// Takes one datagram, whole or cut off, and says whether there is such news in it.
  package mutating func take(_ datagram: ByteBuffer) -> Bool {
    var (rest, hasNews, count) = (datagram, false, 0)
    while count < Self.messageLimit, let message = Self.nextMessage(of: &rest) {
      count += 1
      var body = message.body
      let isNews =
        switch message.type {
        case CLINUX_NEW_LINK: linkCame(&body)
        case CLINUX_DELETED_LINK: linkWent(&body)
        case CLINUX_NEW_ADDRESS: Self.isUsableAddress(&body)
        case CLINUX_NEW_ROUTE: Self.isDefaultRoute(&body)
        default: false
        }
      hasNews = hasNews || isNews
    }
    return hasNews
  }

  /// Messages were lost: nothing is known of the links any more.
  package mutating func forget() { links = [:] }

  /// `struct nlmsghdr`, its body, and the padding to the next one; `nil` at the end, and where the length is none.
  private static func nextMessage(of bytes: inout ByteBuffer) -> (type: Int, body: ByteBuffer)? {
    let head = 16
    guard
      let length = bytes.getInteger(at: bytes.readerIndex, endianness: .host, as: UInt32.self).map(Int.init),
      let type = bytes.getInteger(at: bytes.readerIndex + 4, endianness: .host, as: UInt16.self),
      length >= head, length <= bytes.readableBytes,
      var body = bytes.readSlice(length: length)
    else { return nil }
    bytes.moveReaderIndex(forwardBy: min(bytes.readableBytes, -length & 3))
    body.moveReaderIndex(forwardBy: head)
    return (Int(type), body)
  }

  /// `struct ifinfomsg`: family, padding, type, index, flags, changed flags.
  private static func link(_ body: inout ByteBuffer) -> (index: Int32, flags: Int)? {
    guard body.readableBytes >= 16,
      let index = body.getInteger(at: body.readerIndex + 4, endianness: .host, as: Int32.self),
      let flags = body.getInteger(at: body.readerIndex + 8, endianness: .host, as: UInt32.self)
    else { return nil }
    return (index, Int(flags))
  }

  /// The kernel tells of a link for many reasons; that it carries something now, and did not before, is news.
  private mutating func linkCame(_ body: inout ByteBuffer) -> Bool {
    guard let (index, flags) = Self.link(&body), flags & Int(CLINUX_LINK_LOOPBACK) == 0 else { return false }
    let needed = Int(CLINUX_LINK_UP | CLINUX_LINK_RUNNING)
    let isUp = flags & needed == needed
    let wasUp = links[index] ?? false
    if links[index] != nil || links.count < Self.interfaceLimit { links[index] = isUp }
    return isUp && !wasUp
  }

  private mutating func linkWent(_ body: inout ByteBuffer) -> Bool {
    if let (index, _) = Self.link(&body) { links[index] = nil }
    return false
  }

  /// `struct ifaddrmsg`: family, prefix, flags, scope, index.
  ///
  /// One that is still being checked for duplicates is of no use
  /// yet, nor is one that holds for a link or this machine alone.
  private static func isUsableAddress(_ body: inout ByteBuffer) -> Bool {
    guard body.readableBytes >= 8, let bytes = body.readBytes(length: 8) else { return false }
    return Int(bytes[2]) & Int(CLINUX_ADDRESS_TENTATIVE) == 0 && Int(bytes[3]) < Int(CLINUX_SCOPE_LINK)
  }

  /// `struct rtmsg`: family, length of the destination, of the source, type of service, table, protocol, scope, type,
  /// flags.
  ///
  /// Two routes to half of the addresses each are what VPNs make of a default one.
  private static func isDefaultRoute(_ body: inout ByteBuffer) -> Bool {
    guard body.readableBytes >= 12,
      let flags = body.getInteger(at: body.readerIndex + 8, endianness: .host, as: UInt32.self),
      let bytes = body.readBytes(length: 8)
    else { return false }
    return bytes[1] <= 1 && Int(bytes[7]) == Int(CLINUX_ROUTE_UNICAST) && Int(flags) & Int(CLINUX_ROUTE_CLONED) == 0
  }
}
