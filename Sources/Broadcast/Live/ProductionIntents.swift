internal import BroadcastConfiguration
internal import Capture
internal import Codec
internal import Interface
internal import Logging
internal import Media
internal import Pipeline
internal import Settings

/// Performs what an operator wants of a ``Production`` alone: the same with a console and without one.
struct ProductionIntents: Sendable {
  let production: Production

  /// Performs an intent; answers false where it concerns more than the production.
  func perform(_ intent: Intent) throws(OperatorFailure) -> Bool {
    let (context, logger) = (production.context, production.context.logger)
    switch intent {
    case .mute(let isMuted):
      context.sound.isMuted = isMuted
      logger.notice(isMuted ? "muted" : "unmuted")
    case .gain(let decibels):
      guard decibels.isFinite else { throw OperatorFailure("gain: not a number of decibels", .usage) }
      context.sound.gainDecibels = Intent.nearest(decibels: decibels)
    case .camera(let text):
      do { context.camera.change(to: try CameraSpecification(parsing: text)) } catch {
        throw OperatorFailure("camera: \(error)", .usage)
      }
    case .microphone(let text):
      do { context.microphone.change(to: try MicrophoneSpecification(parsing: text)) } catch {
        throw OperatorFailure("microphone: \(error)", .usage)
      }
    case .microphoneInputs(let text):
      guard let inputs = InputChoice(parsing: text) else {
        throw OperatorFailure("inputs: '\(text)' is neither auto nor an input such as 4, nor two such as 1+2", .usage)
      }
      context.sound.inputs = inputs
      // Opened anew: a card may have to be told how many of its inputs are read.
      context.microphone.change(to: context.microphone.current.specification)
    case .videoBitrate(let kilobits):
      guard Intent.videoKilobits.contains(kilobits) else {
        throw OperatorFailure(
          "bitrate: \(kilobits)k is not within \(Intent.videoBitrateRange)", .usage)
      }
      context.picture.requestedBitrate = Bitrate(bitsPerSecond: kilobits * 1000)
      logger.notice("video bitrate \(context.picture.requestedBitrate)")
    case .slate(let isOn):
      context.picture.isSlate = isOn
      let sound = context.isSilenceWanted ? "" : ", the microphone is still heard"
      logger.notice(isOn ? "the slate is on\(sound)" : "the slate is off")
    case .mark(let text): logger.notice("mark: \(text.isEmpty ? "-" : text)")
    case .goLive, .takeOver, .stop, .channel, .video, .adaptiveBitrate, .videoBitrateMinimum, .delayLimit, .videoPreset,
      .reconnect, .refreshDevices, .saveChannel,
      .removeChannel, .refreshChannels, .createChannel, .metadata, .record, .snapshot, .serviceFigures, .reload:
      return false
    }
    return true
  }
}

extension Production {
  /// What is chosen now, for the status.
  func choice(channel: String) -> Choice {
    var choice = Choice()
    choice.camera = "\(context.camera.current.specification)"
    choice.microphone = "\(context.microphone.current.specification)"
    choice.microphoneInputs = "\(context.sound.inputs)"
    choice.channel = channel
    choice.video = "\(settings.video.size)@\(settings.video.frameRate)"
    choice.videoKilobits = context.picture.requestedBitrate.kilobitsPerSecond
    choice.videoPreset = settings.video.preset
    return choice
  }
}
