internal import Logging

extension Logger {
  /// Writes down what a server says that ends nothing.
  func tell(_ effect: RTMPClientStateMachine.Effect, of server: String) {
    switch effect {
    case .distrusted:
      info("the server's acknowledgements contradict themselves", metadata: ["server": "\(server)"])
    case .told(let code, let description):
      warning(
        "the server reports an error and continues",
        metadata: ["server": "\(server)", "code": "\(code)", "description": "\(description)"])
    case .moveRefused(let target):
      warning(
        "the server wants the stream elsewhere; it stays here, as the stream key is only sent to the same host",
        metadata: ["server": "\(server)", "to": "\(target)"])
    case .send, .entered, .acknowledged, .moveRequested, .redirected, .unpublished, .refused, .notRTMP, .answersInTLS,
      .violation:
      break
    }
  }
}
