internal import ArgumentParser
internal import Glibc
internal import Service
internal import Settings
internal import TranswrapServer

/// `ivs-transwrap token`: the tokens that clients show.
struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Creates, lists and removes tokens; only hashes are stored.",
    subcommands: [Add.self, List.self, Remove.self])

  /// Runs `body`, and says a failure as every command of this package does.
  fileprivate static func reporting(_ body: () throws(OperatorFailure) -> Void) throws {
    do throws(OperatorFailure) { try body() } catch {
      let log = ProxyLog()
      log.fail(error)
      log.flush()
      throw ExitCode(error.exitStatus.rawValue)
    }
  }

  /// Writes a remark to standard error.
  fileprivate static func remark(_ text: String) {
    let log = ProxyLog()
    log.remark(text)
    log.flush()
  }

  /// Writes a line to standard output; an error number where that does not take all of it.
  fileprivate static func handOut(_ line: String) -> Int32? {
    var text = line + "\n"
    return text.withUTF8 { bytes in
      let count = unsafe write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
      return count == bytes.count ? nil : count < 0 ? errno : ENOSPC
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Creates a token and prints it once.",
      discussion: "A running proxy picks it up within seconds.")

    @Option(help: ArgumentHelp("The tokens file; created if missing.", valueName: "file"))
    var file: String
    @Option(help: ArgumentHelp("A channel it is valid for, or * for all; repeatable.", valueName: "name"))
    var channel: [String]
    @Option(help: ArgumentHelp("A name to recognise and remove it by.", valueName: "text"))
    var name: String
    @Option(help: ArgumentHelp("The proxy's settings, to check the channels' names.", valueName: "file"))
    var config: String?
    @Option(help: ArgumentHelp("Valid for this long: 12h, 30d (default: forever).", valueName: "time"))
    var expires: String?

    func run() throws {
      try TokenCommand.reporting { () throws(OperatorFailure) in
        guard (1...128).contains(name.utf8.count) else {
          throw OperatorFailure(
            name.isEmpty ? "--name is empty: the token is removed by it" : "--name: at most 128 bytes are possible",
            .usage)
        }
        let lifetime = try lifetime()
        try checkChannels()
        var tokens = try TokenFile(path: file, mayBeMissing: true)
        let token = try tokens.add(name: name, channels: channel, lifetime: lifetime)
        guard let problem = TokenCommand.handOut(token) else { return }
        // Nobody has it, so nobody is to get in with it.
        _ = try tokens.remove(hash: TokenFile.hash(of: token))
        throw OperatorFailure(
          "the token cannot be printed, and is not kept: \(SystemError.words(problem))", .cannotCreate)
      }
    }

    /// A token for a channel that there is not opens nothing: that is said where the settings are known.
    private func checkChannels() throws(OperatorFailure) {
      let wanted = channel.filter { $0 != "*" }
      guard !wanted.isEmpty else { return }
      let known: [String]
      if let config {
        do { known = try ProxySettings.channelNames(try TextFile.read(config, limit: 1 << 20), path: config) } catch {
          throw (error as? OperatorFailure)
            ?? OperatorFailure("\(config): the settings cannot be read", "check --config", .configuration)
        }
      } else if let text = ProcessSecrets.environment["TRANSWRAP_SETTINGS"], !text.isEmpty {
        known = try ProxySettings.channelNames(text, path: "TRANSWRAP_SETTINGS")
      } else {
        // Nothing to compare with; the help says what --config is for.
        return
      }
      for name in wanted where !known.contains(name) {
        TokenCommand.remark(
          "\(config ?? "TRANSWRAP_SETTINGS"): no channel '\(name)' (there are \(known.joined(separator: ", "))); the token is added all the same"
        )
      }
    }

    private func lifetime() throws(OperatorFailure) -> Duration? {
      guard let expires else { return nil }
      let wrong = OperatorFailure("--expires: '\(expires)' is not a time such as 12h or 30d", .usage)
      if expires.hasSuffix("d") {
        guard let days = Int(expires.dropLast()), (1...36_500).contains(days) else { throw wrong }
        return .seconds(days * 86_400)
      }
      guard let lifetime = Duration(parsing: expires), lifetime > .zero else { throw wrong }
      return lifetime
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the tokens: name, channels, expiry, start of hash.")

    @Option(help: ArgumentHelp("The tokens file.", valueName: "file"))
    var file: String

    func run() throws {
      try TokenCommand.reporting { () throws(OperatorFailure) in
        for line in try TokenFile(path: file).summary { print(line) }
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Removes the tokens of a name, or the one of a hash.",
      discussion: "A proxy that runs ends their sessions within seconds.")

    @Option(help: ArgumentHelp("The tokens file.", valueName: "file"))
    var file: String
    @Option(help: ArgumentHelp("What the tokens are called.", valueName: "text"))
    var name: String?
    @Option(help: ArgumentHelp("How the token's hash begins, as `token list` has it.", valueName: "digits"))
    var hash: String?

    func run() throws {
      try TokenCommand.reporting { () throws(OperatorFailure) in
        var tokens = try TokenFile(path: file)
        switch (name, hash) {
        case (let name?, nil):
          guard try tokens.remove(name: name) > 0 else {
            throw OperatorFailure("\(file): no token is called '\(name)'", .noInput)
          }
        case (nil, let hash?):
          guard hash.utf8.count >= 12 else {
            throw OperatorFailure("--hash is too short", "give at least the 12 digits that `token list` has", .usage)
          }
          guard try tokens.remove(hash: hash) > 0 else {
            throw OperatorFailure("\(file): no token has a hash that begins so", .noInput)
          }
        default: throw OperatorFailure("give either --name or --hash", .usage)
        }
      }
    }
  }
}
