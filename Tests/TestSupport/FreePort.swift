internal import Glibc
internal import Synchronization

/// TCP ports on loopback that nobody listens on.
public enum FreePort {
  // Below the kernel's range for outgoing connections (32768 and up), so none of those can take the port meanwhile.
  private static let range = 20_000..<32_000
  private static let next = Mutex(range.lowerBound + Int(getpid()) * 37 % range.count)

  /// A port that nobody listens on now; never the same twice in a process.
  public static func find() throws -> Int {
    for _ in range {
      let candidate = next.withLock { next in
        next = next + 1 < range.upperBound ? next + 1 : range.lowerBound
        return next
      }
      if canListen(on: candidate) { return candidate }
    }
    throw HarnessError.notStarted(tool: "a server", reason: "no free port in \(range)")
  }

  private static func canListen(on port: Int) -> Bool {
    guard let descriptor = try? listen(on: port) else { return false }
    close(descriptor)
    return true
  }

  /// A socket that listens on a loopback port; the caller closes it.
  static func listen(on port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw HarnessError.notStarted(tool: "a server", reason: "no socket") }
    var yes: Int32 = 1
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let listens = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
          && Glibc.listen(descriptor, 16) == 0
      }
    }
    guard listens else {
      close(descriptor)
      throw HarnessError.notStarted(tool: "a server", reason: "port \(port) is taken")
    }
    return descriptor
  }

  /// Waits until something listens on a loopback port.
  public static func waitForListener(on port: Int, within limit: Duration = .seconds(10)) async throws {
    try await eventually("listener on port \(port)", within: limit) { !canListen(on: port) }
  }
}
