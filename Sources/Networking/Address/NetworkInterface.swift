internal import CLinux
internal import Glibc
package import NIOCore
package import NIOPosix

/// A network interface of this machine by its name, such as `wwan0`: what goes over it goes over no other.
public struct NetworkInterface: Hashable, Sendable, CustomStringConvertible {
  /// Its name.
  public let name: String

  /// Reads a name as the kernel allows it; whether there is such an interface is another question.
  public init?(parsing text: String) {
    let isName = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
    guard (1...15).contains(text.utf8.count), isName, text != ".", text != ".." else { return nil }
    name = text
  }

  /// Its name.
  public var description: String { name }

  /// Whether there is such an interface now.
  public var exists: Bool { unsafe if_nametoindex(name) != 0 }

  /// The number under which the kernel has it now; another one each time that it comes back.
  package func index() throws(ConnectionError) -> Int32 {
    guard let index = unsafe Int32(exactly: if_nametoindex(name)), index != 0 else { throw .noInterface(name) }
    return index
  }

  /// Keeps a socket to the interface (`SO_BINDTOIFINDEX`); takes the interface's number.
  package static let socketOption: ChannelOptions.Types.SocketOption = .socketOption(
    NIOBSDSocket.Option(rawValue: Int32(CLINUX_BIND_TO_INTERFACE)))

  /// Keeps a socket that is none of a channel's to the interface.
  /// - Throws: why the system does not allow it.
  package func bind(_ descriptor: Int32) throws(ConnectionError) {
    var index = try index()
    let option = Int32(CLINUX_BIND_TO_INTERFACE)
    guard unsafe setsockopt(descriptor, SOL_SOCKET, option, &index, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
      throw .unreachable(at: name, reason: IOError(errnoCode: errno, reason: "setsockopt").reasonText)
    }
  }
}

extension NetworkInterface? {
  /// What a channel's socket has to be given; `nil` where every interface will do.
  package func index() throws(ConnectionError) -> Int32? {
    switch self {
    case .none: nil
    case .some(let interface): try interface.index()
    }
  }
}

extension ClientBootstrap {
  /// Keeps connections to the interface with this number; `nil` leaves the choice to the routes.
  package func keptTo(_ index: Int32?) -> ClientBootstrap {
    index.map { channelOption(NetworkInterface.socketOption, value: Int($0)) } ?? self
  }
}
