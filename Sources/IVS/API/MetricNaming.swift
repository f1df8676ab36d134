/// What CloudWatch calls channels: their id or their whole ARN, which is documented both ways and found out by asking.
///
/// The first question that has no answer is asked by both names, later ones by one after the other, so that each costs
/// one question; a name that once gave figures is the only one from then on. Pure.
struct MetricNaming: Equatable, Sendable {
  enum Name: Sendable { case id, arn }

  private var known: Name?
  private var unanswered = 0

  /// The names to ask by, one after the other until there are figures.
  var names: [Name] {
    if let known { return [known] }
    if unanswered == 0 { return [.id, .arn] }
    return unanswered.isMultiple(of: 2) ? [.arn] : [.id]
  }

  /// Takes what a question came to: the name that gave figures, or `nil`.
  mutating func answered(by name: Name?) {
    if let name { known = name } else { unanswered += 1 }
  }
}
