import Testing

@testable import IVS

@Suite("Why a stream ended")
struct StreamDiagnosisTests {
  private static func connection(
    _ since: Double, hadPriority: Bool = false, own: [Double] = []
  ) -> StreamDiagnosis.Connection {
    StreamDiagnosis.Connection(
      since: Timestamp(seconds: since), hadPriority: hadPriority, ownTakeovers: own.map(Timestamp.init(seconds:)))
  }

  private static func session(_ events: [(String?, String?, String?)]) -> IVSStreamSession {
    var session = IVSStreamSession()
    // Given oldest first, as they happened.
    session.truncatedEvents = events.enumerated().map { index, event in
      .init(name: event.0, type: event.1, eventTime: Timestamp(seconds: 1000 + Double(index)), code: event.2)
    }
    return session
  }

  @Test(
    "each end is told by its cause",
    arguments: [
      (
        [
          ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Ingest Bitrate", "IVS Limit Breach", nil),
          ("Stream End", nil, nil),
        ], .limitBreach
      ),
      ([("Session Created", nil, nil), (nil, "IVS Limit Breach", nil), ("Session Ended", nil, nil)], .limitBreach),
      ([("Stream Takeover Failure", nil, "StreamTakeoverInvalidPriority")], .takeoverFailed),
      ([("Session Created", nil, nil), ("Stream Start", nil, nil), ("Stream Takeover", nil, nil)], .takenOver),
      (
        [
          ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Starvation Start", nil, nil),
          ("Stream End", nil, nil),
        ], .starvation
      ),
      (
        [
          ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Starvation Start", nil, nil),
          ("Starvation End", nil, nil), ("Stream End", nil, nil),
        ], .ended
      ),
      ([("Session Created", nil, nil), ("Session Ended", nil, nil)], .badMedia),
      ([("Session Created", nil, nil), ("Session Ended", nil, "MultitrackInputRequired")], .multitrack),
      ([("Session Created", nil, nil), ("Stream Failure", nil, nil)], .transcodeCapacity),
      ([], .keyOrNetwork),
    ] as [([(String?, String?, String?)], StreamDiagnosis.Cause)])
  func causes(events: [(String?, String?, String?)], cause: StreamDiagnosis.Cause) {
    #expect(StreamDiagnosis.explain(Self.session(events), of: Self.connection(1000, hadPriority: true)).cause == cause)
  }

  @Test("whoever was taken over tries to come back in vain: that is not the reason")
  func refusedReturn() {
    let session = Self.session([
      ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Stream Takeover", nil, nil),
      ("Stream Takeover Failure", nil, "StreamTakeoverInvalidPriority"),
    ])
    #expect(StreamDiagnosis.explain(session, of: Self.connection(1000)).cause == .takenOver)
  }

  @Test("the takeover by which a connection began is not what ended it")
  func ownTakeover() {
    let session = Self.session([
      ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Stream Takeover", nil, nil),
    ])
    #expect(StreamDiagnosis.explain(session, of: Self.connection(1000, own: [1002])).cause == .ended)
    #expect(StreamDiagnosis.explain(session, of: Self.connection(900, own: [900])).cause == .takenOver)
  }

  @Test("a session that has ended did not end by a takeover, and others' vain takeovers are nobody's reason")
  func extended() {
    var session = Self.session([
      ("Session Created", nil, nil), ("Stream Start", nil, nil), ("Stream Takeover", nil, nil),
      ("Stream End", nil, nil),
    ])
    session.endTime = Timestamp(seconds: 1010)
    #expect(StreamDiagnosis.explain(session).cause == .ended)
    let vain = Self.session([
      ("Session Created", nil, nil), ("Stream Start", nil, nil),
      ("Stream Takeover Failure", nil, "StreamTakeoverInvalidPriority"),
      ("Concurrent Viewers", "IVS Limit Breach", nil),
    ])
    #expect(StreamDiagnosis.explain(vain, of: Self.connection(1000)).cause == .ended)
  }

  @Test("events of an earlier connection are not this one's")
  func earlier() {
    let session = Self.session([("Session Created", nil, nil), ("Stream Start", nil, nil), ("Stream End", nil, nil)])
    #expect(StreamDiagnosis.explain(session, of: Self.connection(2000)).cause == .keyOrNetwork)
    #expect(StreamDiagnosis.explain(nil).cause == .keyOrNetwork)
  }
}
