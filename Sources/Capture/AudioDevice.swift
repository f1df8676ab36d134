internal import CALSA
internal import Glibc

/// What alsa-lib needs once, and its answers as errors.
enum AudioDevice {
  /// Keeps alsa-lib's error messages off the terminal; every entry into alsa-lib passes here first.
  static let quiet: Void = calsa_discard_log()

  /// The error for alsa-lib's negative answer to `call`.
  static func error(_ answer: Int32, _ call: String, _ device: String) -> DeviceError {
    // Above this, numbers are alsa-lib's own (SND_ERROR_BEGIN).
    guard -answer < 500_000 else { return .call(call, errno: EINVAL, device: device) }
    let isOpening = call == "snd_pcm_open"
    // alsa-lib takes a card that may not be opened for one that is not there.
    if isOpening, [ENOENT, ENXIO, ENODEV].contains(-answer), let card = cards.first(where: isDenied) {
      return denied(card)
    }
    switch -answer {
    case ENOENT, ENXIO: return .noSuchDevice(.microphone, specification: device)
    case ENODEV where isOpening: return .noSuchDevice(.microphone, specification: device)
    case EBUSY, EAGAIN: return .busy(.microphone, device: device)
    case ENODEV, EBADFD, EIO, ENOTTY: return .disconnected(.microphone, device: device)
    case EACCES, EPERM:
      if let card = cards.first(where: isDenied) { return denied(card) }
      return .permission(.microphone, node: node(ofPCM: device) ?? device)
    default: return .call(call, errno: -answer, device: device)
    }
  }

  /// The refusal of a card's nodes.
  static func denied(_ card: Int) -> DeviceError {
    .permission(.microphone, node: "/dev/snd/controlC\(card)")
  }

  /// Whether a sound card is there but may not be opened.
  static func isDenied(_ card: Int) -> Bool {
    unsafe access("/dev/snd/controlC\(card)", R_OK | W_OK) != 0 && errno == EACCES
  }

  /// The numbers that a sound card can have (SNDRV_CARDS).
  static let cards = 0..<32

  /// The capture node behind `hw:CARD,DEVICE` and `plughw:…`.
  private static func node(ofPCM name: String) -> String? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    let parts = name[name.index(after: colon)...].split(separator: ",")
    guard let card = parts.first.map(String.init) else { return nil }
    let number = unsafe snd_card_get_index(card.droppingPrefix("CARD="))
    guard number >= 0 else { return nil }
    let device = parts.count > 1 ? String(parts[1]).droppingPrefix("DEV=") : "0"
    return "/dev/snd/pcmC\(number)D\(device)c"
  }
}

extension String {
  fileprivate func droppingPrefix(_ prefix: String) -> String {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
  }
}
