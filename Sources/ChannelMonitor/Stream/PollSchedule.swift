internal import Media

/// Which questions are to be asked when; each is asked once and not again before it was answered.
///
/// Pure.
struct PollSchedule: Equatable, Sendable {
  /// What to ask IVS.
  enum Question: Hashable, Sendable, CaseIterable { case stream, session, figures, explanation }

  private var due: [Question: MediaTime] = [:]
  private var asked: Set<Question> = []
  /// Questions that the account's policy does not allow.
  private var forbidden: Set<Question> = []
  private var problems: [Question: String] = [:]

  /// When the next question is due; `nil` where none is.
  var next: MediaTime? { due.filter { mayAsk($0.key) }.values.min() }

  /// Why nothing is known of the stream, or else of something.
  var problem: String? { problems[.stream] ?? problems.sorted { $0.value < $1.value }.first?.value }

  /// Asks at that time.
  mutating func plan(_ question: Question, at time: MediaTime) { due[question] = time }

  /// Asks no more of it, for now.
  mutating func drop(_ question: Question) { due[question] = nil }

  /// Asks nothing that was planned.
  mutating func clear() { due = [:] }

  /// The questions whose time has come, which are taken as asked.
  mutating func take(at now: MediaTime) -> [Question] {
    let ready = Question.allCases.filter { question in mayAsk(question) && due[question].map { $0 <= now } ?? false }
    for question in ready {
      asked.insert(question)
      due[question] = nil
    }
    return ready
  }

  /// It was answered.
  mutating func succeeded(_ question: Question) {
    asked.remove(question)
    problems[question] = nil
  }

  /// It was not answered; whether that is news.
  mutating func failed(_ question: Question, _ problem: String, isForbidden: Bool) -> Bool {
    asked.remove(question)
    if isForbidden { forbidden.insert(question) }
    defer { problems[question] = problem }
    return problems[question] == nil
  }

  private func mayAsk(_ question: Question) -> Bool { !asked.contains(question) && !forbidden.contains(question) }
}
