import NIOCore

@testable import RTMP

/// What servers say, without a way of cutting it.
enum ServerMessages {
  static func status(_ code: String, _ description: String = "") -> RTMPMessage {
    let information = StatusInformation(level: "status", code: code, description: description)
    return CommandMessage("onStatus", arguments: [information.value]).message(streamID: 1)
  }

  /// The answers to `connect` and `createStream`.
  static var answers: [RTMPMessage] {
    [
      CommandMessage("_result", transactionID: 1, arguments: [.undefined]).message(),
      CommandMessage("_result", transactionID: 4, arguments: [.number(1)]).message(),
    ]
  }

  /// The same, and that the stream has started.
  static var dialogue: [RTMPMessage] { answers + [status("NetStream.Publish.Start")] }
}
