internal import Media
internal import Settings

/// What a dialog asked of the broadcaster, and what came of it.
struct Submission: Equatable, Sendable {
  /// The request that waits for its answer.
  private(set) var request: Int?
  /// Why the last one was refused; gone once something else is typed.
  private(set) var refusal: OperatorFailure?

  /// Nothing was asked yet.
  init() {}

  /// A request is on its way.
  init(request: Int) { self.request = request }

  /// Whether an answer is awaited: nothing can be typed meanwhile.
  var isWaiting: Bool { request != nil }

  /// Takes a no.
  mutating func refuse(_ failure: OperatorFailure) { (request, refusal) = (nil, failure) }

  /// Why a field was refused.
  func problem(_ field: String) -> String? { refusal.flatMap { $0.field == field ? $0.description : nil } }

  /// What stands below all fields: that an answer is awaited, or a refusal that is about none of `fields`.
  func notice(_ fields: [String]) -> (text: String, isRefusal: Bool)? {
    if isWaiting { return ("waiting for the answer…", false) }
    guard let refusal, !fields.contains(refusal.field ?? "") else { return nil }
    return (refusal.description, true)
  }
}

extension Dialog {
  /// What a dialog with something to send asked; `nil` for those that send nothing, or close at once.
  var submission: Submission? {
    get {
      switch self {
      case .form(let form): form.submission
      case .creation(let form): form.submission
      case .metadata(let input): input.submission
      default: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .form(var form):
        form.take(newValue)
        self = .form(form)
      case .creation(var form):
        form.take(newValue)
        self = .creation(form)
      case .metadata(var input):
        input.submission = newValue
        self = .metadata(input)
      default: break
      }
    }
  }
}
