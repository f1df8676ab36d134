internal import CLinux
internal import Glibc
internal import Synchronization

/// Keeps what this process knows to itself; both programs begin with ``protect(taking:prefix:)``.
///
/// No core dump is written and no other process of the same user can read the memory (prctl(2), PR_SET_DUMPABLE), a
/// crash starts no backtracer that would print registers and memory, files and directories that are made are closed to
/// others, and secrets leave the environment, which child programs inherit. A developer who wants a dump or a backtrace
/// runs the program under gdb, which traces it from the start, or attaches as root.
public enum ProcessSecrets {
  /// Variables that the AWS tools which this process may start need too: they leave only `/proc/PID/environ`.
  private static let inherited = ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"]
  private static let taken = Mutex<[String: String]>([:])

  /// What was taken from the environment, by variable.
  public static var environment: [String: String] { taken.withLock { $0 } }

  /// Does all of it.
  ///
  /// Call first, while there is one thread.
  /// - Parameters:
  ///   - variables: those that hold a secret.
  ///   - prefix: with which the names of further ones begin.
  public static func protect(taking variables: [String], prefix: String? = nil) {
    clinux_forbid_dumps()
    clinux_plain_crashes()
    umask(umask(0) | 0o027)
    for name in variables + named(with: prefix) { take(name) }
    for name in inherited { moveOut(name) }
  }

  private static func take(_ name: String) {
    guard let value = unsafe getenv(name) else { return }
    let text = unsafe String(cString: value)
    taken.withLock { $0[name] = text }
    unsafe explicit_bzero(value, strlen(value))
    unsafe unsetenv(name)
  }

  /// Leaves a variable to this process and its children, but not in the block with which it was started.
  private static func moveOut(_ name: String) {
    guard let first = unsafe getenv(name) else { return }
    let length = unsafe strlen(first)
    guard length > 0, let copy = unsafe strdup(first) else { return }
    defer {
      unsafe explicit_bzero(copy, length)
      unsafe free(copy)
    }
    guard unsafe setenv(name, copy, 1) == 0, unsafe getenv(name) != first else { return }
    unsafe explicit_bzero(first, length)
  }

  private static func named(with prefix: String?) -> [String] {
    guard let prefix else { return [] }
    var names: [String] = []
    var index = 0
    while let entry = unsafe environ[index] {
      index += 1
      let name = unsafe String(cString: entry).prefix { $0 != "=" }
      if name.hasPrefix(prefix) { names.append(String(name)) }
    }
    return names
  }
}
