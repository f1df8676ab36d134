internal import CLinux
internal import FoundationEssentials
internal import Glibc
internal import Settings

/// A socket's file in the file system, and who is behind it.
enum SocketFile {
  /// What stands at a path.
  enum Occupant: Equatable {
    /// Nothing.
    case none
    /// A socket of this user's whose process is gone.
    case stale
    /// A socket that somebody listens on.
    case live
    /// A socket that this user may not connect to.
    case forbidden
    /// Something else.
    case foreign
  }

  /// The longest path of a Unix socket that every system takes.
  static let longestPath = 107

  static func occupant(of path: String) -> Occupant {
    var (mode, owner) = (UInt32(0), UInt32(0))
    guard unsafe clinux_place(path, &mode, &owner) == 0 else { return .none }
    guard mode & S_IFMT == S_IFSOCK else { return .foreign }
    var descriptor: Int32 = -1
    switch unsafe clinux_connect_local(path, &descriptor) {
    case 0:
      close(descriptor)
      return .live
    case ECONNREFUSED: return owner == geteuid() ? .stale : .foreign
    case ENOENT: return .none
    case EACCES, EPERM: return .forbidden
    default: return .live
    }
  }

  /// Which file it is, whatever its name.
  struct Identity: Equatable {
    let device: UInt
    let inode: UInt
  }

  /// The file at a path itself; `nil` where there is none.
  static func identity(of path: String) -> Identity? {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return nil }
    return Identity(device: UInt(facts.st_dev), inode: UInt(facts.st_ino))
  }

  /// The sockets in a directory, the first one's first.
  static func all(in directory: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter(ControlPlace.isSocketName).sorted { ($0.count, $0) < ($1.count, $1) }.map {
      "\(directory)/\($0)"
    }
  }

  /// Makes a directory that is this user's alone, or checks that it is.
  static func prepare(_ directory: String, isOwn: Bool) throws(OperatorFailure) {
    if isOwn, unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
      throw OperatorFailure("\(directory): cannot be made", "check the directory above it", .cannotCreate)
    }
    var (mode, owner) = (UInt32(0), UInt32(0))
    guard unsafe clinux_place(directory, &mode, &owner) == 0 else {
      throw OperatorFailure("\(directory): no such directory", .cannotCreate)
    }
    guard mode & S_IFMT == S_IFDIR, owner == geteuid() || (owner == 0 && !isOwn) else {
      throw OperatorFailure(
        "\(directory): it is not this user's", "remove it, or name another `control-socket`", .noPermission)
    }
    if isOwn, mode & 0o077 != 0 { _ = unsafe chmod(directory, 0o700) }
  }

  /// Runs `body` while no other broadcaster looks for a free name in `directory`.
  ///
  /// Waits a second at most: the others need milliseconds.
  static func alone<Result>(
    in directory: String, _ body: () async throws(OperatorFailure) -> Result
  ) async throws(OperatorFailure) -> Result {
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    var attempts = 0
    while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, attempts < 50 {
      attempts += 1
      try? await Task.sleep(for: .milliseconds(20))
    }
    return try await body()
  }
}

/// Who may ask and tell.
struct SocketPeer: Equatable {
  let process: Int32
  let user: UInt32

  /// The other end of a connected socket; `nil` where the system does not say.
  init?(of descriptor: Int32) {
    var (process, user) = (Int32(0), UInt32(0))
    guard unsafe clinux_peer(descriptor, &process, &user) == 0 else { return nil }
    (self.process, self.user) = (process, user)
  }

  init(process: Int32, user: UInt32) { (self.process, self.user) = (process, user) }

  /// A broadcaster obeys its own user and root.
  func mayControl(_ user: UInt32) -> Bool { self.user == user || self.user == 0 }

  /// A client listens to its own user's broadcasters and root's; root to all.
  func mayAnswer(_ user: UInt32) -> Bool { self.user == user || self.user == 0 || user == 0 }
}
