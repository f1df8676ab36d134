/// What went wrong and where, and what to do about it; texts, check rows and JSON are made from the two parts.
public struct Explanation: Hashable, Sendable, CustomStringConvertible {
  /// What happened, with the file and line, device or host that it concerns.
  public let cause: String
  /// What to do, as an instruction; `nil` where the cause says it or nothing can be done.
  public let remedy: String?

  /// Makes an explanation.
  public init(_ cause: String, _ remedy: String? = nil) {
    self.cause = cause
    self.remedy = remedy
  }

  /// That of an error; of one that explains nothing, its words.
  public init(of error: any Error) {
    self = (error as? any ExplainedError)?.explanation ?? Explanation("\(error)")
  }

  /// The same with where it is said of before it: a file and its line, an option, a variable.
  public func at(_ place: String) -> Explanation { Explanation("\(place): \(cause)", remedy) }

  /// Both on one line; a cause that has a colon of its own ends with a semicolon.
  public var description: String {
    guard let remedy else { return cause }
    return cause.contains(": ") ? "\(cause); \(remedy)" : "\(cause): \(remedy)"
  }
}

/// An error that says what to do about it.
public protocol ExplainedError: Error, CustomStringConvertible {
  /// Cause and remedy for a person.
  var explanation: Explanation { get }
}

extension ExplainedError {
  /// One line for a person: what, where, what to do.
  public var description: String { explanation.description }
}
