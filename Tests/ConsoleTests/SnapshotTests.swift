import Interface
import Testing

@testable import Console

@Suite("Screens as recorded") struct SnapshotTests {
  static let broadcasts: [(String, BroadcastStatus)] = [
    ("idle", Samples.idle), ("live", Samples.live), ("slow-network", Samples.slowNetwork),
    ("camera-lost", Samples.cameraLost), ("connecting", Samples.connecting), ("waiting", Samples.waiting),
    ("muted", Samples.muted), ("on-air", Samples.onAir), ("starving", Samples.starving), ("sending", Samples.sending),
  ]

  @Test("the whole screen", arguments: broadcasts.map(\.0)) func whole(name: String) throws {
    let status = try #require(Self.broadcasts.first { $0.0 == name }?.1)
    for (mode, traits) in Snapshot.modes {
      let screens = Snapshot.sizes.map { size in
        ConsoleView.screen(Samples.state(status, columns: size.columns, rows: size.rows, traits: traits))
      }
      try Snapshot.check(screens, "screen-\(name).\(mode)")
    }
  }

  @Test("each panel with the whole place", arguments: Panel.allCases) func panel(panel: Panel) throws {
    for (mode, traits) in Snapshot.modes {
      let screens = Snapshot.sizes.map { size in
        let status = panel == .service ? Samples.starving : Samples.slowNetwork
        var state = Samples.state(status, columns: size.columns, rows: size.rows, traits: traits)
        state.focus = panel
        state.isZoomed = true
        return ConsoleView.screen(state)
      }
      try Snapshot.check(screens, "panel-\(panel.rawValue).\(mode)")
    }
  }

  private static var loading: BroadcastStatus {
    var status = Samples.idleWithAccount
    status.offers.account.state = .loading
    status.offers.accountChannels = Samples.account(3)
    return status
  }

  private static var failed: BroadcastStatus {
    var status = Samples.idle
    status.offers.account.state = .failed
    status.offers.account.region = "eu-west-1"
    status.offers.account.problem = "AccessDenied: the user may not ivs:ListChannels"
    return status
  }

  /// What to press, on which broadcast, to see a dialog.
  static let dialogs: [(name: String, status: BroadcastStatus, keys: [Key])] = [
    ("camera", Samples.live, [.character("c"), .character("j")]),
    ("camera-absent", Samples.cameraLost, [.character("c")]),
    ("microphone-filter", Samples.live, [.character("i"), .character("/"), .character("t"), .character("e")]),
    ("channel", Samples.idle, [.character("n"), .down, .down]),
    ("channel-account", Samples.idleWithAccount, [.character("n"), .pageDown, .down]),
    ("channel-search", Samples.idleWithAccount, [.character("n"), .character("2"), .down]),
    ("channel-loading", loading, [.character("n"), .end]),
    ("channel-failed", failed, [.character("n"), .end, .up]),
    ("create", Samples.idleWithAccount, [.character("C"), .paste("stage-2"), .tab, .right]),
    ("create-wrong", Samples.idleWithAccount, [.character("C"), .paste("stage 2"), .control("s")]),
    ("metadata", Samples.onAir, [.character("T"), .paste(#"{"goal": "home", "score": "2:1"}"#)]),
    ("metadata-long", Samples.onAir, [.character("T"), .paste(String(repeating: "ü", count: 520)), .enter]),
    ("video", Samples.idle, [.character("v")]),
    ("bitrate", Samples.live, [.character("B")]),
    ("preset", Samples.idle, [.character("P")]),
    ("severity", Samples.live, [.character("E")]),
    ("go-live", Samples.idle, [.character("b")]),
    ("take-over", Samples.idleWithAccount, [.character(":"), .paste("go-live takeover"), .enter]),
    ("stop", Samples.live, [.character("e")]),
    ("quit", Samples.live, [.character("q"), .right]),
    ("mark", Samples.live, [.character("M"), .paste("second half")]),
    ("form-empty", Samples.idle, [.character("N")]),
    (
      "form-wrong", Samples.idle,
      [
        .character("N"), .paste("stage"), .tab, .paste("http://ingest.example.org/app"), .tab, .paste("secret word"),
        .tab, .paste("ftp://x"), .control("s"),
      ]
    ),
    ("help", Samples.live, [.character("?")]),
    ("help-search", Samples.live, [.character("?"), .character("/"), .paste("bitrate")]),
    ("code", Samples.live, [.character("u")]),
    ("command-line", Samples.live, [.character(":"), .character("b"), .tab, .tab]),
    ("refusal", Samples.live, [.character("v")]),
    ("keys", Samples.live, [.character("K"), .down, .down]),
    ("new-key", Samples.live, [.character("K"), .down, .down, .enter]),
    ("new-key-taken", Samples.live, [.character("K"), .down, .down, .enter, .character("x")]),
    ("where", Samples.live, [.character("w")]),
    ("code-loopback", Samples.idle, [.character("u")]),
    ("search", Samples.live, [.character("/"), .paste("camera")]),
  ]

  @Test("each dialog", arguments: dialogs.map(\.name)) func dialog(name: String) throws {
    let sample = try #require(Self.dialogs.first { $0.name == name })
    for (mode, traits) in Snapshot.modes {
      let screens = Snapshot.sizes.map { size in
        var reducer = Reducer(
          state: Samples.state(sample.status, columns: size.columns, rows: size.rows, traits: traits))
        for key in sample.keys { _ = reducer.handle(.key(key)) }
        if name.hasPrefix("code") { _ = reducer.handle(.qr(Samples.code(37, 19))) }
        return ConsoleView.screen(reducer.state)
      }
      try Snapshot.check(screens, "dialog-\(name).\(mode)")
    }
  }

  @Test("the first run, step by step", arguments: 0..<5) func setup(step: Int) throws {
    for (mode, traits) in Snapshot.modes {
      let screens = Snapshot.sizes.map { size in
        var reducer = Reducer(
          state: Samples.state(
            Samples.idle, columns: size.columns, rows: size.rows, traits: traits, isFirstRun: true))
        for _ in 0..<step { _ = reducer.handle(.key(.enter)) }
        return ConsoleView.screen(reducer.state)
      }
      try Snapshot.check(screens, "setup-\(step + 1).\(mode)")
    }
  }
}
