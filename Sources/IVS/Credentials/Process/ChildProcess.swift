internal import CLinux
internal import Glibc

/// Owns a spawned program and its pipes.
///
/// Going before the program has ended kills that, with all that it started.
struct ChildProcess: ~Copyable {
  private let process: pid_t
  private var output: Int32
  private var errors: Int32
  private var isReaped = false
  /// As by waitpid(2), once it has ended.
  private(set) var status: Int32 = -1

  /// Spawns a program in a session of its own, so that it asks no question at this program's terminal; its standard
  /// input is empty, and it gets no other descriptor.
  init(path: String, arguments: [String], environment: [String]) throws(Command.Failure) {
    var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
    var spawned: pid_t = 0
    var ends: (output: Int32, errors: Int32) = (-1, -1)
    let result = unsafe clinux_spawn(
      path, &argumentPointers, &environmentPointers, &spawned, &ends.output, &ends.errors)
    unsafe argumentPointers.forEach { unsafe free($0) }
    unsafe environmentPointers.forEach { unsafe free($0) }
    guard result == 0 else { throw .notStarted(reason: unsafe String(cString: strerror(result))) }
    process = spawned
    output = ends.output
    errors = ends.errors
  }

  deinit {
    if output >= 0 { close(output) }
    if errors >= 0 { close(errors) }
    if !isReaped {
      kill(-process, SIGKILL)
      // Killed programs end at once, unless a driver holds them: those are left behind.
      for _ in 0..<100 {
        var status: Int32 = 0
        if unsafe waitpid(process, &status, WNOHANG) != 0 { break }
        usleep(10_000)
      }
    }
  }

  /// Whether it has ended; then ``status`` is set.
  mutating func hasEnded() -> Bool {
    if isReaped { return true }
    var status: Int32 = 0
    let answer = unsafe waitpid(process, &status, WNOHANG)
    guard answer != 0 else { return false }
    isReaped = true
    self.status = answer == process ? status : -1
    return true
  }

  /// What comes on both pipes, waiting at most so many milliseconds for it.
  mutating func read(within milliseconds: Int32) -> (output: [UInt8], errors: [UInt8]) {
    // poll(2) leaves negative descriptors out, so that closed pipes do not end the wait.
    var waits = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
    ]
    guard unsafe poll(&waits, 2, milliseconds) > 0 else { return ([], []) }
    return (
      waits[0].revents == 0 ? [] : Self.read(&output), waits[1].revents == 0 ? [] : Self.read(&errors)
    )
  }

  private static func read(_ descriptor: inout Int32) -> [UInt8] {
    let pipe = descriptor
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
      count = unsafe max(0, Glibc.read(pipe, buffer.baseAddress, buffer.count))
    }
    if bytes.isEmpty {
      close(descriptor)
      descriptor = -1
    }
    return bytes
  }
}
