internal import Glibc
public import Settings

/// The broadcasters of this machine that can be reached.
public enum RunningBroadcasters {
  /// Those that somebody listens on, of the one that was named or of all in the default places.
  public static func live(named path: String?, in place: ControlPlace) -> [String] {
    (path.map { [$0] } ?? searched(place).flatMap(SocketFile.all(in:))).filter { SocketFile.occupant(of: $0) == .live }
  }

  /// Their sockets: the one that was named, else all that somebody listens on in the usual places.
  /// - Throws: one line where there is none.
  public static func sockets(named path: String?, in place: ControlPlace) throws(OperatorFailure) -> [String] {
    if let path { return [path] }
    let found = searched(place).flatMap(SocketFile.all(in:)).map { (path: $0, occupant: SocketFile.occupant(of: $0)) }
    let reachable = found.filter { $0.occupant == .live }.map(\.path)
    guard reachable.isEmpty else { return reachable }
    // To be told whose it is.
    if let forbidden = found.first(where: { $0.occupant == .forbidden }) { return [forbidden.path] }
    throw ControlClient.nobody(at: searched(place).map(ControlPlace.firstSocket(in:)))
  }

  /// A broadcaster that could not have its directory is in the other place.
  private static func searched(_ place: ControlPlace) -> [String] {
    var facts = stat()
    let canBeHad = unsafe stat(place.directory, &facts) != 0 || facts.st_mode & S_IFMT == S_IFDIR
    return canBeHad || place.searched.contains(place.fallback) ? place.searched : place.searched + [place.fallback]
  }
}

extension ControlPlace {
  /// The places of the user that runs this process.
  public init(environment: [String: String]) { self.init(environment: environment, user: geteuid()) }
}
