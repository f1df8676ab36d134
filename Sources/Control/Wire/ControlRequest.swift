public import Interface
public import Settings

/// A line to the broadcaster.
public struct ControlRequest: Equatable, Sendable {
  /// What is wanted.
  public enum Action: Equatable, Sendable {
    /// Something is to be done.
    case perform(Intent, command: String)
    /// One status.
    case status
    /// A status each second.
    case watch
  }

  /// Comes back with the answer.
  public let id: Int?
  /// What is wanted.
  public let action: Action

  /// Why a line is no request; `id` as far as there is one.
  public struct Refusal: Error, Equatable, Sendable {
    /// Comes back with the answer.
    public let id: Int?
    /// One line.
    public let failure: OperatorFailure
  }

  private struct Line: Codable {
    var id: Int?
    var `do`: String?
    var status: Bool?
    var watch: Bool?
  }

  private struct Identity: Codable { var id: Int? }

  /// Reads a line, without the end of line.
  public init(parsing line: some Collection<UInt8>) throws(Refusal) {
    let read: Line
    do { read = try ControlLine.decode(Line.self, line) } catch {
      let id = (try? ControlLine.decode(Identity.self, line))?.id
      throw Refusal(id: id, failure: OperatorFailure("not a request: \(Self.reason(error))", .usage))
    }
    id = read.id
    switch (read.do, read.status, read.watch) {
    case (let command?, nil, nil):
      do { action = .perform(try IntentGrammar.parse(command), command: command) } catch {
        throw Refusal(id: read.id, failure: error)
      }
    case (nil, true?, nil): action = .status
    case (nil, nil, true?): action = .watch
    default:
      throw Refusal(
        id: read.id, failure: OperatorFailure("a request has one of \"do\", \"status\":true, \"watch\":true", .usage))
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      context.codingPath.isEmpty
        ? "an object is wanted" : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
    default: "a line has to be one JSON object in UTF-8"
    }
  }

  /// The line that asks for `command`, with its end.
  public static func line(id: Int, performing command: String) -> [UInt8] {
    ControlLine.encode(Line(id: id, do: command))
  }

  /// The line that asks for one status, with its end.
  public static func statusLine(id: Int) -> [UInt8] { ControlLine.encode(Line(id: id, status: true)) }

  /// The line that asks for a status each second, with its end.
  public static func watchLine(id: Int) -> [UInt8] { ControlLine.encode(Line(id: id, watch: true)) }
}
