/// Where the control sockets of this machine's broadcasters are.
///
/// Pure: the environment comes in.
public struct ControlPlace: Equatable, Sendable {
  /// Where a broadcaster of this environment puts its socket.
  public let directory: String
  /// Whether the directory is for this user alone, to be made with mode 0700; else the system made it.
  public let isOwn: Bool
  /// Where it puts it when that directory cannot be had.
  public let fallback: String
  /// Where a client looks for sockets, in this order.
  public let searched: [String]

  /// The places of a user: `$XDG_RUNTIME_DIR/ivs-broadcast`; else the directory that systemd made for the service
  /// (`RUNTIME_DIRECTORY`, see RuntimeDirectory= in systemd.exec(5)); else `/tmp/ivs-broadcast-UID`.
  public init(environment: [String: String], user: UInt32) {
    func absolute(_ variable: String) -> String? {
      // systemd puts colons between several directories; the first one is the service's own.
      let value = environment[variable]?.split(separator: ":").first.map(String.init)
      return value.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let runtime = absolute("XDG_RUNTIME_DIR").map { "\($0)/ivs-broadcast" }
    let service = absolute("RUNTIME_DIRECTORY")
    fallback = "/tmp/ivs-broadcast-\(user)"
    directory = runtime ?? service ?? fallback
    isOwn = runtime != nil || service == nil
    let login = "/run/user/\(user)/ivs-broadcast"
    // Who set another directory than the login's has broadcasters of their own, and means those.
    let others = runtime == nil || runtime == login ? [login, fallback] : []
    var places: [String] = []
    for place in [runtime, service, "/run/ivs-broadcast"] + others {
      if let place, !places.contains(place) { places.append(place) }
    }
    searched = places
  }

  /// The socket of the first broadcaster in a directory.
  public static func firstSocket(in directory: String) -> String { "\(directory)/control.sock" }

  /// The socket of one that comes while the first one runs.
  public static func furtherSocket(in directory: String, process: Int32) -> String {
    "\(directory)/control-\(process).sock"
  }

  /// Whether a file's name is one of those, or as a unit of systemd names it: `control-NAME.sock`.
  static func isSocketName(_ name: String) -> Bool {
    guard name.hasPrefix("control"), name.hasSuffix(".sock") else { return false }
    let middle = name.dropFirst("control".count).dropLast(".sock".count)
    return middle.isEmpty || (middle.hasPrefix("-") && middle.count > 1)
  }
}
