internal import NIOCore

/// A call or its answer: name, transaction id, command object, arguments (RTMP 1.0 §7.2).
struct CommandMessage: Equatable, Sendable {
  var name: String
  /// Zero where no answer is wanted.
  var transactionID: Double
  /// `null` for most commands.
  var object: AMF0Value
  var arguments: [AMF0Value]

  init(_ name: String, transactionID: Double = 0, object: AMF0Value = .null, arguments: [AMF0Value] = []) {
    self.name = name
    self.transactionID = transactionID
    self.object = object
    self.arguments = arguments
  }

  /// Reads the command in `message`; `nil` where its type is not a command's.
  init?(_ message: RTMPMessage) throws(AMF0Error) {
    var payload = message.payload
    switch message.type {
    case .commandAMF0: break
    // What stands behind the format selector of an AMF3 command is AMF0 with every known peer.
    case .commandAMF3: payload.moveReaderIndex(forwardBy: min(1, payload.readableBytes))
    default: return nil
    }
    var reader = AMF0Reader(payload)
    guard case .string(let name) = try reader.read() else { return nil }
    self.name = name
    transactionID = reader.isAtEnd ? 0 : try reader.read().number ?? 0
    (object, arguments) = (.null, [])
    do throws(AMF0Error) {
      if !reader.isAtEnd { object = try reader.read() }
      while !reader.isAtEnd { arguments.append(try reader.read()) }
    } catch {
      // From here on it is AMF3 (AMF0 §3.1), which cannot be read; whose answer it is has been said already.
      guard error == .unknownMarker(Self.amf3Marker) else { throw error }
    }
  }

  private static let amf3Marker: UInt8 = 0x11

  /// The message as it goes out, AMF0, timestamp 0.
  func message(streamID: UInt32 = 0) -> RTMPMessage {
    var payload = ByteBuffer()
    payload.writeAMF0(.string(name))
    payload.writeAMF0(.number(transactionID))
    payload.writeAMF0(object)
    for argument in arguments { payload.writeAMF0(argument) }
    return RTMPMessage(type: .commandAMF0, streamID: streamID, payload: payload)
  }
}

/// The information object of `onStatus`, `_result` and `_error` (RTMP 1.0 §7.2.1.1, §7.2.2).
struct StatusInformation: Equatable, Sendable {
  var level: String
  var code: String
  var description: String
  /// Where a request to reconnect leads: a URL, or a part of one; `nil` is the same place.
  var targetURL: String?

  init(level: String, code: String, description: String, targetURL: String? = nil) {
    self.level = level
    self.code = code
    self.description = description
    self.targetURL = targetURL
  }

  /// The first object among a command's arguments that carries a code; `nil` where none does.
  init?(_ command: CommandMessage) {
    for value in command.arguments + [command.object] {
      guard let object = value.object, let code = object["code"]?.string else { continue }
      self.init(
        level: object["level"]?.string ?? "", code: code, description: object["description"]?.string ?? "",
        targetURL: object["tcUrl"]?.string)
      return
    }
    return nil
  }

  /// Where a refusal sends the client instead: `ex.redirect`, as Adobe Media Server has it.
  static func redirect(in command: CommandMessage) -> String? {
    for value in command.arguments + [command.object] {
      if let target = value.object?["ex"]?.object?["redirect"]?.string, !target.isEmpty { return target }
    }
    return nil
  }

  var value: AMF0Value {
    var properties: AMF0Object = [
      "level": .string(level), "code": .string(code), "description": .string(description),
    ]
    if let targetURL { properties.properties.append(.init(name: "tcUrl", value: .string(targetURL))) }
    return .object(properties)
  }
}
