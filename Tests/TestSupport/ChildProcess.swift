internal import Foundation
internal import Glibc
internal import Synchronization

/// A spawned program and the pipes it writes to; what ``RunningProcess`` follows on a thread of its own.
struct ChildProcess: Sendable {
  enum Event {
    case output([UInt8])
    case error([UInt8])
    case ended(Termination)
  }

  let identifier: pid_t
  private let output: Int32
  private let error: Int32

  // Between making a pipe and marking it, a child spawned by another thread would inherit it and keep it open.
  private static let spawning = Mutex(())

  /// Spawns a program in a new process group, its standard input empty, all other descriptors closed.
  init(path: String, arguments: [String], environment: [String]) throws {
    self = try Self.spawning.withLock { _ in try Self(locked: path, arguments, environment) }
  }

  private init(locked path: String, _ arguments: [String], _ environment: [String]) throws {
    let outputPipe = try Self.makePipe(for: path)
    let errorPipe: (read: Int32, write: Int32)
    do { errorPipe = try Self.makePipe(for: path) } catch {
      close(outputPipe.read)
      close(outputPipe.write)
      throw error
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errorPipe.write, 2)
    // A listening socket that leaks into a child keeps its port taken; one that is gone by now does no harm.
    for descriptor in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init)
    where descriptor > 2 {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // A test process may ignore or block signals; the program starts as a shell would start it.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var spawned: pid_t = 0
    var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
    let result = unsafe posix_spawn(&spawned, path, &actions, &attributes, &argumentPointers, &environmentPointers)
    unsafe argumentPointers.forEach { unsafe free($0) }
    unsafe environmentPointers.forEach { unsafe free($0) }
    close(outputPipe.write)
    close(errorPipe.write)
    guard result == 0 else {
      close(outputPipe.read)
      close(errorPipe.read)
      throw HarnessError.notStarted(tool: path, reason: unsafe String(cString: strerror(result)))
    }
    identifier = spawned
    output = outputPipe.read
    error = errorPipe.read
  }

  /// Reads both pipes until the program has ended, then reaps it.
  ///
  /// Blocks its thread; once only.
  func follow(_ handle: (Event) -> Void) {
    defer {
      close(output)
      close(error)
    }
    while true {
      let termination = reapIfEnded()
      // A child of the program may hold a pipe open for ever: at the end only what is there already is read.
      let timeout: Int32 = termination == nil ? 20 : 0
      while let ready = waitForBytes(timeout) {
        if ready.output, let bytes = Self.read(output) { handle(.output(bytes)) }
        if ready.error, let bytes = Self.read(error) { handle(.error(bytes)) }
        if termination == nil { break }
      }
      if let termination {
        handle(.ended(termination))
        return
      }
    }
  }

  /// Signals every process of a group; nothing happens when there is none any more.
  static func signalGroup(_ group: pid_t, _ number: Int32) { killpg(group, number) }

  private func reapIfEnded() -> Termination? {
    var status: Int32 = 0
    guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
  }

  /// Which pipes have bytes, waiting for them; `nil` when none has.
  private func waitForBytes(_ timeoutMilliseconds: Int32) -> (output: Bool, error: Bool)? {
    var waits = [
      pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: error, events: Int16(POLLIN), revents: 0),
    ]
    guard unsafe poll(&waits, 2, timeoutMilliseconds) > 0 else { return nil }
    let hasBytes = waits.map { Int32($0.revents) & POLLIN != 0 }
    guard hasBytes.contains(true) else {
      // Closed by the program, which still runs: poll answers at once, so this is the wait.
      if timeoutMilliseconds > 0 { usleep(UInt32(timeoutMilliseconds) * 1000) }
      return nil
    }
    return (hasBytes[0], hasBytes[1])
  }

  private static func read(_ descriptor: Int32) -> [UInt8]? {
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = unsafe max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
    return bytes.isEmpty ? nil : bytes
  }

  private static func makePipe(for path: String) throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw HarnessError.notStarted(tool: path, reason: unsafe String(cString: strerror(errno)))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}
