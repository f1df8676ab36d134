/// How programs talk to a running broadcaster: one JSON object a line each way, over a Unix stream socket.
///
/// The broadcaster speaks first, and then answers each line in order, with the `id` that the line had:
///
/// ```
/// ← {"broadcaster":"ivs-broadcast","pid":4711,"protocol":1}
/// → {"id":1,"do":"mute on"}             ← {"id":1,"ok":true,"text":"muted"}
///                                       ← {"error":"already on air","exitStatus":69,"id":1}
/// → {"id":2,"status":true}              ← {"id":2,"status":{…}}
/// → {"id":3,"watch":true}               ← {"id":3,"status":{…}}  at once and each second until the connection ends
/// ```
///
/// `do` takes what ``IntentGrammar`` has; `status` is a `BroadcastStatus` as `--json-status` writes it, without secrets.
/// `exitStatus` is the failure as BSD's sysexits(3) number it. A line that cannot be read gets an error, without an `id`
/// where it had none; one that is too long ends the connection too. Later versions add fields and keep those that are
/// there; what a reader does not know it passes over.
public enum ControlProtocol {
  /// The version of the wire.
  public static let version = 1
  /// A line to the broadcaster has at most so many bytes.
  public static let requestBytes = 64 << 10
  /// A line from it has at most so many.
  public static let answerBytes = 1 << 20
}
