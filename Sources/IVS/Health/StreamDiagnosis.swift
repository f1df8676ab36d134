/// Says in words why a stream ended, from what the service wrote down of it.
///
/// The wire gives almost no reason. A new session without a start of the stream is a matter of media or limits; no new
/// session at all is a matter of the key, a running stream or the network.
public enum StreamDiagnosis {
  /// What ended or troubled a stream.
  public enum Cause: String, Codable, Equatable, Sendable {
    case limitBreach
    case takenOver
    case takeoverFailed
    case starvation
    case badMedia
    case multitrack
    case transcodeCapacity
    case ended
    case keyOrNetwork
  }

  /// A cause in words.
  public struct Finding: Equatable, Sendable {
    /// What it was.
    public let cause: Cause
    /// One line: what happened and what to do.
    public let text: String
  }

  /// The connection that ended, in the service's time.
  public struct Connection: Equatable, Sendable {
    /// When it was made; earlier events are of other connections.
    public var since: Timestamp
    /// Whether it was to take a stream over.
    public var hadPriority: Bool
    /// When this program's own connections took a stream over, this one and those that followed it.
    public var ownTakeovers: [Timestamp]

    /// Makes a description.
    public init(since: Timestamp, hadPriority: Bool = false, ownTakeovers: [Timestamp] = []) {
      self.since = since
      self.hadPriority = hadPriority
      self.ownTakeovers = ownTakeovers
    }
  }

  /// How far the service's times and ours may be apart.
  private static let tolerance = 5.0

  /// Reads a session's events, the newest first.
  /// - Parameter connection: which connection's end is to be explained; `nil` for the session as a whole.
  public static func explain(_ session: IVSStreamSession?, of connection: Connection? = nil) -> Finding {
    var events = session?.events ?? []
    if let connection {
      events = events.filter { $0.eventTime.map { $0.seconds >= connection.since.seconds - tolerance } ?? true }
      for own in connection.ownTakeovers { remove(takeoverAt: own, from: &events) }
    }
    // A limit on viewers ends nobody's stream.
    events.removeAll { $0.name == "Concurrent Viewers" }
    if connection?.hadPriority != true { events.removeAll { $0.name == "Stream Takeover Failure" } }
    guard !events.isEmpty else {
      return Finding(
        cause: .keyOrNetwork,
        text: "IVS knows of no session by this connection: the stream key is wrong or was replaced, another stream"
          + " holds the channel (`takeover`), or the network broke")
    }
    // A takeover extends a session: one that has ended did not end by it.
    let others = events.filter { $0.name != "Stream Takeover Failure" }
    if session?.endTime == nil, others.first?.name == "Stream Takeover" { return takenOver }
    for event in events { if let finding = failure(event) { return finding } }
    let names = events.map { $0.name ?? "" }
    if let starved = names.firstIndex(of: "Starvation Start"), !names[..<starved].contains("Starvation End") {
      return Finding(
        cause: .starvation,
        text:
          "IVS received less than was announced until the stream ended: the way there is too slow, lower the bitrate")
    }
    if session?.endTime == nil, names.contains("Stream Takeover") { return takenOver }
    if names.contains("Session Created"), !names.contains("Stream Start") {
      return Finding(
        cause: .badMedia,
        text: "IVS took the key but never showed the stream: the picture or the sound is not what the channel takes"
          + " (codec, size, bitrate), or it lasted only seconds")
    }
    return Finding(
      cause: .ended, text: "IVS saw the stream end without a fault of its own: the connection broke or was closed")
  }

  /// Takes out the takeover that is nearest to a time of our own.
  private static func remove(takeoverAt own: Timestamp, from events: inout [IVSStreamSession.Event]) {
    let distances = events.indices.compactMap { index -> (index: Int, distance: Double)? in
      guard events[index].name == "Stream Takeover", let time = events[index].eventTime else { return nil }
      return (index, abs(time.seconds - own.seconds))
    }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance < tolerance else { return }
    events.remove(at: nearest.index)
  }

  private static let takenOver = Finding(
    cause: .takenOver, text: "another broadcaster took the stream over: take it back with `takeover`")

  private static func failure(_ event: IVSStreamSession.Event) -> Finding? {
    let name = event.name ?? ""
    if event.type == "IVS Limit Breach" || name.hasPrefix("Ingest ") || name == "Concurrent Broadcasts" {
      let what: String
      switch name {
      case "Ingest Bitrate": what = "more bits a second than the channel takes: lower the bitrate"
      case "Ingest Resolution": what = "a larger picture than the channel takes: lower `video`"
      case "Concurrent Broadcasts": what = "more streams at once than the account may have: stop another one"
      default: what = name.isEmpty ? "a limit of the channel was passed" : "a limit was passed: \(name)"
      }
      return Finding(cause: .limitBreach, text: "IVS ended it: \(what)")
    }
    switch (name, event.code ?? "") {
    case ("Stream Takeover Failure", "StreamTakeoverMediaMismatch"):
      return Finding(
        cause: .takeoverFailed,
        text: "the takeover failed: picture size, codecs and tracks must be those of the running stream")
    case ("Stream Takeover Failure", "StreamTakeoverInvalidPriority"):
      return Finding(
        cause: .takeoverFailed, text: "the takeover failed: the running stream has as high a priority")
    case ("Stream Takeover Failure", "StreamTakeoverLimitBreached"):
      return Finding(
        cause: .takeoverFailed,
        text: "the takeover failed: this stream was taken over 100 times; stop it and start anew")
    case ("Stream Takeover Failure", let code):
      return Finding(cause: .takeoverFailed, text: "the takeover failed\(code.isEmpty ? "" : " (\(code))")")
    case ("Stream Failure", let code):
      return Finding(
        cause: .transcodeCapacity,
        text: "IVS could not go on with the stream\(code.isEmpty ? "" : " (\(code))"): try again")
    case (_, "MultitrackInputRequired"):
      return Finding(
        cause: .multitrack, text: "the channel requires multitrack input, which this program does not send")
    case ("Session Ended", let code) where !code.isEmpty:
      return Finding(cause: .badMedia, text: "IVS ended the session: \(code)")
    default: return nil
    }
  }
}
