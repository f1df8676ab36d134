/// What goes out in a slot: decided here and nowhere else, whatever the source gives.
enum Composition: Equatable {
  /// The picture that the source gives now.
  case live
  /// The last picture once more: the source's own, or that of the source before while the next one is opened.
  case held
  /// The operator's slate.
  case slate
  /// Black: no source has given anything yet.
  case nothingYet

  /// What a source has for a slot.
  enum Offer {
    case newPicture, lastPicture, nothing
  }

  /// - Parameter isHeld: the last picture of the source before is kept.
  static func decide(isSlate: Bool, _ offer: Offer, isHeld: Bool) -> Composition {
    if isSlate { return .slate }
    switch offer {
    case .newPicture: return .live
    case .lastPicture: return .held
    case .nothing: return isHeld ? .held : .nothingYet
    }
  }
}
