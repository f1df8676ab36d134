internal import Glibc
internal import Interface
internal import Media

/// What can be chosen of the picture, with what it means.
enum VideoMenu {
  static let modeTexts = [
    "1920x1080@60", "1920x1080@30", "1280x720@60", "1280x720@30", "1280x720@25", "960x540@30", "848x480@30",
    "640x360@30", "426x240@30",
  ]
  static let bitrates = [400, 800, 1200, 1800, 2500, 3500, 4500, 6000, 8500]
  static let presets = [
    ("auto", "what suits size, rate and this machine"),
    ("ultrafast", "least work, worst picture"), ("superfast", "for small machines"),
    ("veryfast", "what auto takes where a core is fast enough"), ("faster", "better, needs a free core more"),
    ("fast", "better still"), ("medium", "for strong machines"),
    ("slow", "for the strongest machines"),
  ]

  static func modes(_ status: BroadcastStatus, bitrateKey: String) -> [MenuEntry] {
    let camera = status.offers.cameras.first { $0.specification == status.choice.camera }
    let offered = camera?.modes.map { String($0.prefix { $0 != " " }) } ?? []
    var texts = modeTexts
    if !texts.contains(status.choice.video) { texts.insert(status.choice.video, at: 0) }
    let entries = texts.map { text in
      let isChosen = text == status.choice.video
      let kilobits = isChosen ? status.choice.videoKilobits : suited(text) ?? status.choice.videoKilobits
      let scaled = offered.isEmpty || offered.contains(text) ? "" : " The camera's picture is scaled to it."
      return MenuEntry(
        identifier: text, title: text,
        detail: Figures.bitrate(kilobits) + (offered.contains(text) ? ", the camera has it" : ""),
        explanation: "Sets the video bitrate too; \(bitrateKey) changes it alone.\(scaled)", isChosen: isChosen)
    }
    return entries + [
      MenuEntry(
        identifier: other, title: "Another size…", detail: VideoMode.form,
        explanation: "Any even size that Amazon IVS takes. Sets the video bitrate too.")
    ]
  }

  /// The entry that asks for a size; no size is written like this.
  static let other = "+"

  /// The listed bitrate that suits a size: what 720p30 needs at 2.5 Mbit/s, and less for each further pixel a second;
  /// `nil` for a text that is no size.
  static func suited(_ video: String) -> Int? {
    guard let mode = try? VideoMode(parsing: video) else { return nil }
    let share = Double(mode.size.pixels) * mode.frameRate.perSecond / (1280 * 720 * 30)
    let wanted = 2500 * pow(share, 0.75)
    return bitrates.min { abs(Double($0) - wanted) < abs(Double($1) - wanted) }
  }

  static func bitrates(_ status: BroadcastStatus) -> [MenuEntry] {
    let chosen = status.choice.videoKilobits
    return (bitrates.contains(chosen) ? bitrates : (bitrates + [chosen]).sorted()).map {
      MenuEntry(identifier: String($0), title: Figures.bitrate($0), detail: use($0), isChosen: $0 == chosen)
    }
  }

  static func presets(_ status: BroadcastStatus) -> [MenuEntry] {
    presets.map {
      MenuEntry(identifier: $0.0, title: $0.0, detail: $0.1, isChosen: $0.0 == status.choice.videoPreset)
    }
  }

  /// The bitrate one step up or down.
  static func step(_ kilobits: Int, up: Bool) -> Int {
    let step = kilobits < 1000 || (kilobits == 1000 && !up) ? 100 : 250
    return Intent.nearest(kilobits: kilobits + (up ? step : -step))
  }

  private static func use(_ kilobits: Int) -> String {
    switch kilobits {
    case ..<700: "240p, slow uplinks"
    case ..<1000: "360p"
    case ..<1600: "480p"
    case ..<2200: "540p"
    case ..<3000: "720p"
    case ..<4000: "720p, much motion"
    case ..<5000: "720p60"
    case ..<7000: "1080p"
    default: "1080p, much motion"
    }
  }
}
