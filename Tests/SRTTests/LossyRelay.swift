import CSRT
import Foundation
import Glibc
import Synchronization
import TestSupport

/// A path with losses on loopback: what comes to its port goes on to another, and answers go back.
final class LossyRelay: Sendable {
  let port: Int
  /// All that the caller sent, one datagram after the other.
  var datagrams: [[UInt8]] { state.withLock { $0 } }

  private let front: Int32
  private let back: Int32
  private let isOver = Atomic(false)
  private let state = Mutex<[[UInt8]]>([])

  /// Forwards to 127.0.0.1:`target`, but for every `loses`-th packet of data.
  init(to target: Int, loses: Int) throws {
    port = try FreePort.find()
    front = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    back = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard unsafe Loopback.withAddress(port, { unsafe bind(front, $0, $1) }) == 0,
      unsafe Loopback.withAddress(target, { unsafe connect(back, $0, $1) }) == 0
    else { throw HarnessError.notStarted(tool: "a relay", reason: "port \(port)") }
    let thread = Thread { [weak self, front, back] in
      var data = 0
      var hasCaller = false
      var buffer = [UInt8](repeating: 0, count: 2048)
      while self?.isOver.load(ordering: .relaxed) == false {
        var waits = [
          pollfd(fd: front, events: Int16(POLLIN), revents: 0), pollfd(fd: back, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&waits, 2, 50) > 0 else { continue }
        if waits[0].revents != 0 {
          var caller = sockaddr_storage()
          var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
          let count = unsafe withUnsafeMutablePointer(to: &caller) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
              unsafe recvfrom(front, &buffer, buffer.count, 0, $0, &length)
            }
          }
          if count > 0 {
            if !hasCaller {
              _ = unsafe withUnsafePointer(to: &caller) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(front, $0, length) }
              }
              hasCaller = true
            }
            self?.state.withLock { $0.append(Array(buffer[..<count])) }
            // The first bit tells control from data (SRT draft §3).
            if buffer[0] & 0x80 == 0 { data += 1 }
            if buffer[0] & 0x80 != 0 || data % loses != 0 { _ = unsafe send(back, buffer, count, 0) }
          }
        }
        if waits[1].revents != 0 {
          let count = unsafe recv(back, &buffer, buffer.count, 0)
          if count > 0 { _ = unsafe send(front, buffer, count, 0) }
        }
      }
      close(front)
      close(back)
    }
    thread.start()
  }

  deinit { isOver.store(true, ordering: .relaxed) }
}
