internal import ArgumentParser
internal import IVS
internal import Settings

/// `ivs-broadcast channels metadata`.
struct SendMetadata: AccountCommand {
  static let configuration = CommandConfiguration(
    commandName: "metadata",
    abstract: "Sends timed metadata in a channel's live stream, in sync with the picture.",
    discussion: """
      Text or JSON, 1 to 1024 bytes, sent unchanged.

        ivs-broadcast channels metadata venue '{"slide":3}'
        ivs-broadcast channels metadata venue --file score.json
      """)

  @Argument(help: "ARN, name in the account, or saved channel.")
  var channel: String
  @Argument(help: "What to send.")
  var text: String?
  @Option(help: ArgumentHelp("Send this file; - for standard input.", valueName: "file"))
  var file: String?
  @OptionGroup(title: "Account") var account: AccountOptions

  private struct Report: Encodable {
    let channelArn: String
    let bytes: Int
  }

  func perform(_ access: AccountAccess) async throws {
    let metadata = try Metadata.choose(text: text, file: file)
    let arn = try await access.find(channel)
    try await access.ivs.putMetadata(metadata, to: arn)
    let bytes = metadata.utf8.count
    if account.json {
      try Output.json(Report(channelArn: arn.text, bytes: bytes))
    } else {
      Output.result("sent \(bytes) byte\(bytes == 1 ? "" : "s")")
    }
  }
}

/// What is sent beside the picture (PutMetadata of the IVS API).
enum Metadata {
  static let longest = 1024

  /// The text, or the file's content.
  static func choose(text: String?, file: String?) throws(OperatorFailure) -> String {
    switch (text, file) {
    case (let text?, nil): return try check(text, "the text")
    case (nil, let file?): return try check(read(file), file == "-" ? "standard input" : file)
    case (nil, nil): throw OperatorFailure("nothing to send", "give a text, or --file", .usage)
    case (_?, _?): throw OperatorFailure("give a text or --file, not both", .usage)
    }
  }

  private static func check(_ text: String, _ origin: String) throws(OperatorFailure) -> String {
    let bytes = text.utf8.count
    guard (1...longest).contains(bytes) else {
      throw OperatorFailure(
        bytes == 0
          ? "\(origin) is empty: metadata has 1 to \(longest) bytes"
          : "\(origin) has \(bytes) bytes: metadata has at most \(longest)", .data)
    }
    return text
  }

  private static func read(_ file: String) throws(OperatorFailure) -> String {
    do {
      // A person may type it: that takes as long as it takes.
      return try file == "-"
        ? TextFile.read("/dev/stdin", limit: 1 << 20, within: nil) : TextFile.read(file, limit: 1 << 20)
    } catch {
      switch error {
      case .tooLong: throw OperatorFailure("\(file): metadata has at most \(longest) bytes", .data)
      case .notText, .utf16, .manyLines: throw OperatorFailure(error.line(file), .data)
      case .missing, .unreadable, .folder, .notRegular, .endless: throw OperatorFailure(error.line(file), .noInput)
      }
    }
  }
}
