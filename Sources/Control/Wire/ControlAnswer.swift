internal import FoundationEssentials
public import Interface
internal import Media
public import Settings

/// A line from the broadcaster.
public enum ControlAnswer: Equatable, Sendable {
  /// The first line.
  case hello(protocol: Int, processIdentifier: Int32)
  /// What was asked for is done, or on its way.
  case done(id: Int?, text: String? = nil)
  /// It is refused, for this reason.
  case refused(id: Int?, OperatorFailure)
  /// A status.
  case status(id: Int?, BroadcastStatus)

  private struct Line: Codable {
    var broadcaster: String?
    var cause: String?
    var error: String?
    var exitStatus: Int32?
    var id: Int?
    var ok: Bool?
    var pid: Int32?
    var `protocol`: Int?
    var remedy: String?
    var status: BroadcastStatus?
    var text: String?
  }

  /// Reads a line, without the end of line; `nil` where it is none of these.
  public init?(parsing line: some Collection<UInt8>) {
    guard let read = try? ControlLine.decode(Line.self, line) else { return nil }
    if let status = read.status {
      self = .status(id: read.id, status)
    } else if let error = read.error {
      let status = read.exitStatus.flatMap(ExitStatus.init(rawValue:)) ?? .software
      self = .refused(id: read.id, OperatorFailure(Explanation(read.cause ?? error, read.remedy), status))
    } else if read.ok == true {
      self = .done(id: read.id, text: read.text)
    } else if let version = read.protocol {
      self = .hello(protocol: version, processIdentifier: read.pid ?? 0)
    } else {
      return nil
    }
  }

  /// The line, with its end.
  public var line: [UInt8] {
    switch self {
    case .hello(let version, let pid):
      ControlLine.encode(Line(broadcaster: "ivs-broadcast", pid: pid, protocol: version))
    case .done(let id, let text): ControlLine.encode(Line(id: id, ok: true, text: text))
    case .refused(let id, let failure):
      ControlLine.encode(
        Line(
          cause: failure.explanation.remedy == nil ? nil : failure.explanation.cause, error: failure.description,
          exitStatus: failure.exitStatus.rawValue, id: id,
          remedy: failure.explanation.remedy))
    case .status(let id, let status): ControlLine.encode(Line(id: id, status: status))
    }
  }
}

/// JSON as both ends write it.
enum ControlLine {
  static func decode<Value: Decodable>(_ type: Value.Type, _ line: some Collection<UInt8>) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(line))
  }

  static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A figure that is no number must not take the whole status away.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let text =
      (try? encoder.encode(value)).map(Array.init) ?? Array(#"{"error":"internal error","exitStatus":70}"#.utf8)
    return text + [0x0A]
  }
}
