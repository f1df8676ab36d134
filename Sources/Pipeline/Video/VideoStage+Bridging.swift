internal import Codec
internal import Media

/// What keeps every slot filled while a source gives nothing: its last picture. Cameras and films obey it alike.
extension VideoStage {
  /// Makes up for `count` slots before `slot`, unless encoding is too slow to fill them.
  func bridge(_ count: Int64, before slot: Int64, _ converter: borrowing FrameConverter) throws {
    if isOverloaded { countLate(Int(count)) } else { try fill(count, before: slot, converter) }
  }

  /// Shows the last picture in the `count` slots before `slot`.
  private func fill(_ count: Int64, before slot: Int64, _ converter: borrowing FrameConverter) throws {
    guard count > 0 else { return }
    guard count <= 2 * Int64(encoding.frameRate.perSecond) else { return countLost(Int(count)) }
    for missing in (slot - count)..<slot { try showLast(in: missing, converter) }
  }

  /// Shows the last picture in each slot whose time, and the tolerance for a late picture, are over.
  func fillOverdue(_ converter: borrowing FrameConverter) throws {
    guard clock.origin != nil else { return }
    skipLongGap()
    while !isOver, let slot = takeOverdueSlot() {
      startTimer()
      try showLast(in: slot, converter)
      if isOverloaded { skipWhatIsLate() }
    }
  }

  /// Shows the last picture in a slot once more; what bridges two sources where there is none.
  func showLast(in slot: Int64, _ converter: borrowing FrameConverter) throws {
    let shown: Void? = try converter.withLastPicture { picture in
      try show(picture, .lastPicture, slot: slot, captureTime: .now())
      countRepeat()
    }
    if shown == nil { try hold(slot) }
  }
}
