internal import Glibc
internal import Media

/// A program that is run once, without a shell, for what it prints.
struct Command: Sendable, CustomReflectable {
  /// A name to look for on the environment's PATH, or a path.
  let name: String
  let arguments: [String]
  let environment: [String: String]

  /// - Parameters:
  ///   - environment: this program's, of which the child gets what is fit for its use.
  ///   - use: what it is run for.
  init(name: String, arguments: [String], environment: [String: String], for use: ChildEnvironment.Use) {
    self.name = name
    self.arguments = arguments
    self.environment = ChildEnvironment.variables(of: environment, for: use)
  }

  /// The name alone: the rest may be secret.
  var customMirror: Mirror { Mirror(self, children: ["name": name]) }

  /// Credentials are much shorter.
  static let outputLimit = 64 << 10

  /// What a program left; its output may be secret and shows in no dump.
  struct Result: Sendable, CustomReflectable {
    let output: [UInt8]
    /// The last line of standard error, made fit to be shown; may be empty.
    let lastWords: String
    /// As by waitpid(2).
    let status: Int32

    var isSuccess: Bool { status == 0 }
    var endInWords: String {
      status & 0x7f == 0 ? "status \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
    }
    var quotedLastWords: String { lastWords.isEmpty ? "" : ": \(lastWords)" }
    var customMirror: Mirror { Mirror(self, children: ["status": status]) }
  }

  /// Why there is no result.
  enum Failure: Error, Equatable, CustomStringConvertible {
    case notFound(String)
    case notStarted(reason: String)
    case tooSlow(Duration)
    case tooLong

    var description: String {
      switch self {
      case .notFound(let name): "there is no program '\(name)': check the path, and PATH"
      case .notStarted(let reason): "the program does not start: \(reason)"
      case .tooSlow(let limit): "the program did not end within \(limit.components.seconds) s and was killed"
      case .tooLong: "the program printed more than \(Command.outputLimit >> 10) KiB and was killed"
      }
    }
  }

  /// Runs it on a thread of its own; after `limit` it is killed with all that it started.
  func run(within limit: Duration) async throws(Failure) -> Result {
    let path = try executable()
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Swift.Result<Result, Failure>, Never>) in
      do throws(NoThreadError) {
        try DetachedThread.start(name: "command") {
          continuation.resume(returning: Swift.Result { () throws(Failure) in try follow(path, limit) })
        }
      } catch { continuation.resume(returning: .failure(.notStarted(reason: "\(error)"))) }
    }
    return try result.get()
  }

  private func follow(_ path: String, _ limit: Duration) throws(Failure) -> Result {
    var child = try ChildProcess(
      path: path, arguments: [name] + arguments, environment: environment.map { "\($0)=\($1)" })
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    var (output, errors): ([UInt8], [UInt8]) = ([], [])
    while true {
      let hasEnded = child.hasEnded()
      // What it started may hold the pipes open for ever: at the end only what is there already is read.
      repeat {
        let (more, moreErrors) = child.read(within: hasEnded ? 0 : 20)
        output += more
        errors = (errors + moreErrors).suffix(4096)
        guard output.count <= Self.outputLimit else { throw .tooLong }
        if more.isEmpty && moreErrors.isEmpty { break }
      } while hasEnded && clock.now < deadline
      if hasEnded { break }
      guard clock.now < deadline else { throw .tooSlow(limit) }
    }
    return Result(output: output, lastWords: SafeText.lastLine(errors), status: child.status)
  }

  private func executable() throws(Failure) -> String {
    if name.contains("/") {
      guard unsafe access(name, X_OK) == 0 else { throw .notFound(name) }
      return name
    }
    let folders = environment["PATH", default: "/usr/local/bin:/usr/bin:/bin"].split(separator: ":")
    guard !name.isEmpty, let folder = folders.first(where: { unsafe access("\($0)/\(name)", X_OK) == 0 }) else {
      throw .notFound(name)
    }
    return "\(folder)/\(name)"
  }
}
