internal import Interface
internal import Media
internal import Settings

/// Size and rate of the picture, and the bitrate that goes with them.
extension Reducer {
  /// Asks for a size, or sets one with the bitrate that stood beside it.
  mutating func choose(video entry: MenuEntry) -> [ConsoleEffect] {
    guard entry.identifier != VideoMenu.other else {
      state.dialogs.append(.video(VideoInput()))
      return []
    }
    guard !entry.isChosen, let kilobits = VideoMenu.suited(entry.identifier) else {
      return send(.video(entry.identifier), saying: "video: \(entry.title)")
    }
    return send(video: entry.identifier, kilobits)
  }

  /// A size that was typed after `:`; a bitrate that suited the size before follows it, any other one is meant.
  mutating func set(video text: String) -> [ConsoleEffect] {
    do throws(OperatorFailure) { _ = try VideoMode(parsing: text) } catch {
      say(error.description, isRefusal: true)
      return []
    }
    let choice = state.status.choice
    guard VideoMenu.suited(choice.video) == choice.videoKilobits, let kilobits = VideoMenu.suited(text) else {
      return send(.video(text), saying: "video: \(text), still at \(Figures.bitrate(choice.videoKilobits))")
    }
    if kilobits == choice.videoKilobits {
      return send(.video(text), saying: "video: \(text) at \(Figures.bitrate(kilobits))")
    }
    return send(video: text, kilobits)
  }

  private mutating func send(video text: String, _ kilobits: Int) -> [ConsoleEffect] {
    send(.video(text))
      + send(.videoBitrate(kilobits: kilobits), saying: "video: \(text) at \(Figures.bitrate(kilobits))")
  }

  mutating func press(_ key: Key, _ command: Command?, in video: VideoInput) -> [ConsoleEffect] {
    var video = video
    switch command {
    case .cancel: closeTop()
    case .choose: return accept(video)
    default:
      guard video.input.handle(key) else { break }
      video.problem = nil
      replaceTop(.video(video))
    }
    return []
  }

  /// Sets what was typed, and goes on where it was the answer to a step of the set-up; what is wrong stays, to be
  /// changed.
  private mutating func accept(_ video: VideoInput) -> [ConsoleEffect] {
    let text = video.input.text
    do throws(OperatorFailure) { _ = try VideoMode(parsing: text) } catch {
      var video = video
      video.problem = error.description
      replaceTop(.video(video))
      return []
    }
    closeTop()
    if case .setup(var setup) = state.dialogs.last {
      setup.show(setup.step + 1)
      replaceTop(.setup(setup.suggesting(state.status)))
    }
    return VideoMenu.suited(text).map { send(video: text, $0) } ?? send(.video(text), saying: "video: \(text)")
  }
}
