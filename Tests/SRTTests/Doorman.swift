import CSRT
import Foundation
import Glibc
import Synchronization
import TestSupport

/// A listener on loopback that writes down the stream ids of those who call, and may turn them down.
final class Doorman: Sendable {
  let port: Int
  private let listener: Int32
  private let seen = Mutex<[String]>([])
  private let refusal: Int32?

  /// - Parameters:
  ///   - refusal: the code that everybody is turned down with.
  ///   - isIPv6: listens on `::1` instead of 127.0.0.1.
  init(refusal: Int32? = nil, isIPv6: Bool = false) throws {
    self.refusal = refusal
    port = try FreePort.find()
    _ = srt_startup()
    listener = srt_create_socket()
    var no: Int32 = isIPv6 ? 1 : 0
    if isIPv6 { unsafe srt_setsockflag(listener, SRTO_IPV6ONLY, &no, 4) }
    let result: Int32
    if isIPv6 {
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_port = in_port_t(port).bigEndian
      address.sin6_addr = in6addr_loopback
      result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe srt_bind(listener, $0, Int32(MemoryLayout<sockaddr_in6>.size))
        }
      }
    } else {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
      result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe srt_bind(listener, $0, Int32(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    guard result == 0 else { throw HarnessError.notStarted(tool: "an SRT listener", reason: "port \(port)") }
    unsafe srt_listen_callback(
      listener,
      { opaque, socket, _, _, streamID in
        guard let opaque = unsafe opaque else { return -1 }
        let doorman = unsafe Unmanaged<Doorman>.fromOpaque(opaque).takeUnretainedValue()
        let name = unsafe streamID.map { unsafe String(cString: $0) } ?? ""
        doorman.seen.withLock { $0.append(name) }
        guard let refusal = doorman.refusal else { return 0 }
        srt_setrejectreason(socket, refusal)
        return -1
      }, Unmanaged.passUnretained(self).toOpaque())
    guard srt_listen(listener, 5) == 0 else {
      throw HarnessError.notStarted(tool: "an SRT listener", reason: "port \(port)")
    }
  }

  deinit {
    srt_close(listener)
    // The library counts who started it: what is left over makes exit() wait for its threads for ever.
    srt_cleanup()
  }

  /// The stream ids that came.
  var streamIDs: [String] { seen.withLock { $0 } }
}
