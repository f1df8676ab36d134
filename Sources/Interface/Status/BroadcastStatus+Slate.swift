extension BroadcastStatus {
  /// Whether viewers hear the microphone.
  public var isHeard: Bool { !audio.isMuted && !["silence", "none"].contains(choice.microphone) }

  /// What is shown while the slate is on: it hides the picture alone; `nil` while it is off.
  public var slateLamp: String? { video.isSlate ? isHeard ? "SLATE, SOUND ON" : "SLATE" : nil }
}
