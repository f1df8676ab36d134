/// The exit codes of every command, as BSD's sysexits(3) names them.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  /// A wanted stop.
  case success = 0
  /// The command line is wrong (EX_USAGE).
  case usage = 64
  /// A media file cannot be read as one (EX_DATAERR).
  case data = 65
  /// No such camera, microphone or file (EX_NOINPUT).
  case noInput = 66
  /// The ingest's host name is unknown (EX_NOHOST).
  case noHost = 68
  /// The ingest refuses the connection, or a device is busy (EX_UNAVAILABLE).
  case unavailable = 69
  /// A fault of this program or of an encoder (EX_SOFTWARE).
  case software = 70
  /// The system refused a call (EX_OSERR).
  case system = 71
  /// A recording or a status file cannot be made (EX_CANTCREAT).
  case cannotCreate = 73
  /// A device or a file failed while it was used (EX_IOERR).
  case inputOutput = 74
  /// The connection was lost, or not made in time, and the attempts are used up (EX_TEMPFAIL).
  case temporary = 75
  /// The peer broke the protocol, or its certificate cannot be trusted (EX_PROTOCOL).
  case `protocol` = 76
  /// No permission on a device, or the ingest refused the stream key (EX_NOPERM).
  case noPermission = 77
  /// The settings file or the stream key is missing or wrong (EX_CONFIG).
  case configuration = 78

  /// Whether the same may succeed a while later: a host, a network or a service that is not there now.
  public var mayPass: Bool {
    switch self {
    case .noHost, .unavailable, .temporary: true
    case .success, .usage, .data, .noInput, .software, .system, .cannotCreate, .inputOutput, .protocol, .noPermission,
      .configuration:
      false
    }
  }
}
