internal import Interface

/// What lies over the panels and takes the keys.
enum Dialog: Equatable, Sendable {
  case menu(Menu)
  case confirmation(Confirmation)
  case remark(TextInput)
  case metadata(MetadataInput)
  case form(ChannelForm)
  case creation(CreationForm)
  case help(Help)
  case code(url: String)
  case commandLine(CommandLine)
  case setup(Setup)
  case video(VideoInput)
  case eventSearch(TextInput)
  case log(LogView)
  /// One event, whole.
  case event(LogRecord)
  /// Where everything is.
  case places
  case newKey(NewKey)
}

/// A question before something that others see, or that cannot be taken back.
struct Confirmation: Equatable, Sendable {
  /// What happens after a yes.
  enum Action: Equatable, Sendable {
    case stop, quit, discard
    case goLive(takesOver: Bool)
    case remove(channel: String)
  }

  /// A line with a name and a value.
  struct Fact: Equatable, Sendable {
    let name: String
    let value: String
  }

  let action: Action
  let question: String
  /// What it is about.
  var facts: [Fact] = []
  /// What a yes does.
  let consequence: String
  /// The button under the cursor.
  var isYesSelected = false
}

/// The list of keys.
struct Help: Equatable, Sendable {
  var filter = TextInput()
  var isFiltering = false
  /// Lines above the first that is shown.
  var offset = 0
}

/// The line after `:`.
struct CommandLine: Equatable, Sendable {
  var input = TextInput()
  /// Steps back in the history; zero is the line that is being typed.
  var historyStep = 0
  /// What was typed before Tab, and how often Tab came since.
  var completion: Completion?

  struct Completion: Equatable, Sendable {
    let typed: String
    var step: Int
  }
}

/// The guided first run: one list after another.
struct Setup: Equatable, Sendable {
  /// Its steps.
  static let steps: [Menu.Kind] = [.camera, .microphone, .video, .channel, .goLive]

  var step = 0
  var menu = Menu(.camera)
  /// What the cursor was put on, since there is no device.
  private var suggestion: String?

  /// Goes to a step.
  mutating func show(_ index: Int) {
    step = max(0, min(index, Self.steps.count - 1))
    menu = Menu(Self.steps[step], selection: Self.steps[step] == .channel ? "local" : nil)
    suggestion = nil
  }

  /// The sentence that explains a step.
  func explanation(_ status: BroadcastStatus) -> String {
    switch menu.kind {
    case .camera:
      Self.hasNoCamera(status.offers)
        ? "No camera was found here; the test pattern can stand in. It can be changed at any time, also while live."
        : "Which camera? It can be changed at any time, also while live."
    case .microphone:
      Self.hasNoMicrophone(status.offers)
        ? "No microphone was found here; the test tone can stand in."
        : "Which microphone? The test tone proves the sound without one."
    case .video: "How large, and at which bitrate? A slow uplink wants a small picture."
    case .channel: "Where to? \"local\" needs no account and no network: it plays on this machine."
    default: "Ready. Going live sends picture and sound to the channel at once."
    }
  }

  /// The same with the cursor on what can go on air, where no device was found and nothing was chosen; a device that is
  /// found later takes that back.
  func suggesting(_ status: BroadcastStatus) -> Setup {
    let standIn: String? =
      switch menu.kind {
      case .camera where status.choice.camera == "auto" && Self.hasNoCamera(status.offers): "test"
      case .microphone where status.choice.microphone == "auto" && Self.hasNoMicrophone(status.offers): "test"
      default: nil
      }
    guard menu.selection == suggestion, suggestion != standIn else { return self }
    var setup = self
    (setup.menu.selection, setup.suggestion) = (standIn, standIn)
    return setup
  }

  private static func hasNoCamera(_ offers: Offers) -> Bool {
    offers.hasLookedForCameras == true && offers.cameras.allSatisfy(isStandIn)
  }

  private static func hasNoMicrophone(_ offers: Offers) -> Bool {
    offers.hasLookedForMicrophones == true && offers.microphones.allSatisfy(isStandIn)
  }

  private static func isStandIn(_ device: Offers.Device) -> Bool {
    ["test", "none", "silence"].contains(device.specification)
  }
}
