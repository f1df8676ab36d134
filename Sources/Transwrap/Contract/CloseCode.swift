/// Why a WebSocket of the contract ends (RFC 6455 §7.4.1).
public enum CloseCode: UInt16, Sendable {
  /// The stream ended as its sender wished.
  case normal = 1000
  /// The page or the program that sent is going away.
  case goingAway = 1001
  /// The frames are not as RFC 6455 has them.
  case protocolError = 1002
  /// Text where media was to come.
  case unsupportedData = 1003
  /// A text that is not UTF-8.
  case invalidData = 1007
  /// Not let in, or a limit was broken: coming again changes nothing.
  case refused = 1008
  /// A message longer than allowed.
  case tooBig = 1009
  /// The ingest, or the proxy itself, failed.
  case failed = 1011
  /// The proxy is about to end: connect again, another one may answer.
  case restart = 1012
  /// No room now: try later.
  case busy = 1013
}
