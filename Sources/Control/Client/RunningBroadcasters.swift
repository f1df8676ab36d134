internal import Glibc
public import Settings

/// The broadcasters of this machine that can be reached.
public enum RunningBroadcasters {
  /// Their sockets: the one that was named, else all that somebody listens on in the usual places.
  /// - Throws: one line where there is none.
  public static func sockets(named path: String?, in place: ControlPlace) throws(OperatorFailure) -> [String] {
    if let path { return [path] }
    let found = place.searched.flatMap(SocketFile.all(in:)).filter { SocketFile.occupant(of: $0) == .live }
    guard !found.isEmpty else { throw ControlClient.nobody(at: place.searched.map(ControlPlace.firstSocket(in:))) }
    return found
  }
}

extension ControlPlace {
  /// The places of the user that runs this process.
  public init(environment: [String: String]) { self.init(environment: environment, user: geteuid()) }
}
