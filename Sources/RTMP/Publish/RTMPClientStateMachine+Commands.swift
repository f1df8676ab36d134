internal import Media
internal import NIOCore
internal import Networking

extension RTMPClientStateMachine {
  mutating func call(
    _ name: String, _ call: Call, object: AMF0Value = .null, _ arguments: [AMF0Value] = [], streamID: UInt32 = 0,
    into output: inout ByteBuffer
  ) {
    let command = CommandMessage(name, transactionID: call.rawValue, object: object, arguments: arguments)
    writer.write(command.message(streamID: streamID), into: &output)
  }

  mutating func openApplication(into output: inout ByteBuffer) {
    writer.setChunkSize(Self.chunkSize, into: &output)
    let url = endpoint.description
    let object: AMF0Object = [
      "app": .string(endpoint.app), "type": .string("nonprivate"),
      "flashVer": .string("FMLE/3.0 (compatible; FMSc/1.0)"), "swfUrl": .string(url), "tcUrl": .string(url),
      "capsEx": .number(Self.reconnectCapability),
    ]
    call("connect", .connect, object: .object(object), into: &output)
  }

  /// Enhanced RTMP's `CapsExMask.Reconnect`: a request to reconnect is followed.
  ///
  /// Servers that know no such property skip it.
  private static let reconnectCapability = 1.0

  /// Takes a command of the server's.
  mutating func perform(_ command: CommandMessage, _ effects: inout [Effect], _ output: inout ByteBuffer) {
    switch command.name {
    case "_result": handleResult(command, &effects, &output)
    case "_error": handleError(command, &effects)
    case "onStatus": handleStatus(command, &effects)
    case "close":
      let status = StatusInformation(command)
      fail(refusal(status?.code ?? "close", status?.description ?? "the server ended the connection"), &effects)
    default: break
    }
  }

  private mutating func handleResult(
    _ command: CommandMessage, _ effects: inout [Effect], _ output: inout ByteBuffer
  ) {
    switch (stage, Call(rawValue: command.transactionID)) {
    case (.connect, .connect):
      announceWindow(Self.acknowledgementWindow, into: &output)
      call("releaseStream", .releaseStream, [.string(key.value)], into: &output)
      call("FCPublish", .publishNotice, [.string(key.value)], into: &output)
      call("createStream", .createStream, into: &output)
      stage = .createStream
      effects.append(.entered(.createStream))
    case (.createStream, .createStream):
      guard let number = command.arguments.first?.number, let id = UInt32(exactly: number) else {
        fail(.violation("createStream without a stream id"), &effects)
        return
      }
      streamID = id
      call("publish", .publish, [.string(key.value), .string("live")], streamID: id, into: &output)
      stage = .publish
      effects.append(.entered(.publish))
    // Some say the start as the answer to the call.
    case (.publish, .publish) where StatusInformation(command)?.code.lowercased() == Self.start: begin(&effects)
    default: break
    }
  }

  private mutating func handleError(_ command: CommandMessage, _ effects: inout [Effect]) {
    switch Call(rawValue: command.transactionID) {
    case .connect, .createStream, .publish:
      if let target = StatusInformation.redirect(in: command) {
        fail(.redirected(to: shown(target)), &effects)
        return
      }
      let status = StatusInformation(command)
      // Some say what is wrong without the object that it belongs into.
      let words = status?.description ?? command.arguments.lazy.compactMap(\.string).first ?? command.object.string
      fail(refusal(status?.code ?? "\(stage.rawValue) failed", words ?? ""), &effects)
    // Servers that do not know the Flash-era notices say so; nothing depends on them.
    case .releaseStream, .publishNotice, .unpublishNotice, .deleteStream, nil: break
    }
  }

  private mutating func handleStatus(_ command: CommandMessage, _ effects: inout [Effect]) {
    guard let status = StatusInformation(command) else { return }
    // Not all servers keep to the case.
    switch status.code.lowercased() {
    case Self.start where stage == .publish: begin(&effects)
    case "netstream.unpublish.success" where stage == .closing:
      effects.append(.unpublished)
    case "netstream.publish.badname", "netstream.publish.denied", "netstream.publish.rejected", "netstream.failed",
      "netconnection.connect.invalidapp", "netconnection.connect.rejected", "netconnection.connect.closed":
      fail(refusal(status.code, status.description), &effects)
    case "netconnection.connect.reconnectrequest":
      if stage == .publishing { requestMove(status, &effects) }
    // What the server does with the stream beside passing it on is no reason to end it.
    case let code where code.hasPrefix("netstream.record.") || code.hasPrefix("netstream.play."):
      if status.level == "error" || status.level == "warning" { tell(status, &effects) }
    default:
      if status.level == "error" { fail(refusal(status.code, status.description), &effects) }
    }
  }

  /// A request to go on over another connection (Enhanced RTMP v2, "Reconnect Request").
  private mutating func requestMove(_ status: StatusInformation, _ effects: inout [Effect]) {
    if let target = endpoint.moved(to: status.targetURL) {
      effects.append(.moveRequested(to: target, description: shown(status.description)))
      return
    }
    // Each place once, and not without end.
    let target = shown(status.targetURL ?? "")
    guard toldCodes.count < Self.toldLimit, toldCodes.insert(target).inserted else { return }
    effects.append(.moveRefused(to: target))
  }

  private static let start = "netstream.publish.start"

  private mutating func begin(_ effects: inout [Effect]) {
    stage = .publishing
    effects.append(.entered(.publishing))
  }

  /// Each code once, and not without end: a server may say the same with every frame.
  private mutating func tell(_ status: StatusInformation, _ effects: inout [Effect]) {
    let code = shown(status.code)
    guard toldCodes.count < Self.toldLimit, toldCodes.insert(code).inserted else { return }
    effects.append(.told(code: code, description: shown(status.description)))
  }

  private static let toldLimit = 8

  private func refusal(_ code: String, _ description: String) -> Effect {
    .refused(code: shown(code), description: shown(description))
  }

  private func shown(_ text: String) -> String {
    // The name without parameters is as secret as the whole; the whole contains it.
    ForeignText.cleaned(text, hiding: key.name)
  }
}
