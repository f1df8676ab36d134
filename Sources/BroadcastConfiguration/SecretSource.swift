internal import FoundationEssentials
internal import Media
public import Networking
internal import RTMP
public import SRT
public import Settings
internal import Transwrap

/// Where a secret comes from: a file, the environment, a systemd credential; never the command line.
public struct SecretSource: Sendable {
  /// What it is, for people.
  let name: String
  /// The option that names its file.
  let option: String
  /// The environment variable that holds it.
  public let environmentVariable: String
  /// The name of the systemd credential (`LoadCredential=NAME:…`).
  let credential: String
  /// How secrets of this kind begin: what looks like one must not come back in a message; `nil` where they look like
  /// anything.
  private let prefix: String?

  /// Stream keys.
  public static let streamKey = SecretSource(
    name: "stream key", option: "`stream-key-file`", environmentVariable: "IVS_STREAM_KEY",
    credential: "ivs-stream-key", prefix: "sk_")
  /// Tokens for a proxy.
  public static let token = SecretSource(
    name: "token", option: "`token-file`", environmentVariable: "IVS_TRANSWRAP_TOKEN",
    credential: "ivs-transwrap-token", prefix: "tw_")
  /// Passphrases for SRT.
  public static let passphrase = SecretSource(
    name: "passphrase", option: "`passphrase-file`", environmentVariable: "IVS_SRT_PASSPHRASE",
    credential: "ivs-srt-passphrase", prefix: nil)

  /// The variables that hold secrets of any kind.
  public static let environmentVariables = [streamKey, token, passphrase].map(\.environmentVariable)

  /// Looks for the stream key: `file`, the environment, the credential; `nil` where there is none of them.
  /// - Throws: one line for a file that cannot be read or whose content is no key; never with the content.
  public static func findKey(
    file: String?, environment: [String: String]
  ) throws(OperatorFailure) -> StreamKey? {
    guard let (text, origin) = try streamKey.find(file: file, environment: environment) else { return nil }
    return try checkKey(text, from: origin)
  }

  /// Looks for the proxy's token, as ``findKey(file:environment:)`` does.
  public static func findToken(
    file: String?, environment: [String: String]
  ) throws(OperatorFailure) -> BearerToken? {
    guard let (text, origin) = try token.find(file: file, environment: environment) else { return nil }
    return try checkToken(text, from: origin)
  }

  /// Looks for the passphrase of an SRT channel, as ``findKey(file:environment:)`` does.
  public static func findPassphrase(
    file: String?, environment: [String: String]
  ) throws(OperatorFailure) -> SRTPassphrase? {
    guard let (text, origin) = try passphrase.find(file: file, environment: environment) else { return nil }
    return try checkPassphrase(text, from: origin)
  }

  /// Makes a key of what a person typed or a source holds; white space around it is left out.
  public static func checkKey(_ text: String, from origin: String) throws(OperatorFailure) -> StreamKey {
    do { return try StreamKey(text.trimmed) } catch {
      throw OperatorFailure(error.explanation.at(origin), .configuration)
    }
  }

  /// Makes a token of what a person typed or a source holds; white space around it is left out.
  public static func checkToken(_ text: String, from origin: String) throws(OperatorFailure) -> BearerToken {
    do { return try BearerToken(text.trimmed) } catch {
      throw OperatorFailure(error.explanation.at(origin), .configuration)
    }
  }

  /// Makes a passphrase of what a source holds; white space around it is left out.
  public static func checkPassphrase(
    _ text: String, from origin: String
  ) throws(OperatorFailure) -> SRTPassphrase {
    do { return try SRTPassphrase(text.trimmed) } catch {
      throw OperatorFailure(error.explanation.at(origin), .configuration)
    }
  }

  /// The failure when no source has the secret that an address wants.
  public static func missing(for address: ChannelAddress) -> OperatorFailure {
    let source = address.wantsToken ? token : streamKey
    return OperatorFailure(
      "\(address) needs a \(source.name)",
      "put it in a file and give that with \(source.option), or set \(source.environmentVariable)", .configuration)
  }

  private func find(
    file: String?, environment: [String: String]
  ) throws(OperatorFailure) -> (text: String, origin: String)? {
    if let file { return try read(file) }
    if let text = environment[environmentVariable], !text.isEmpty { return (text, environmentVariable) }
    if let directory = environment["CREDENTIALS_DIRECTORY"] {
      let path = "\(directory)/\(credential)"
      if FileManager.default.fileExists(atPath: path) { return try read(path) }
    }
    return nil
  }

  private func read(_ path: String) throws(OperatorFailure) -> (text: String, origin: String) {
    // A secret that was given in the place of its file must not come back in a message.
    let isSecret = prefix.map { path.hasPrefix($0) } ?? !path.contains("/")
    let shown = isSecret ? "the file named by \(option)" : path
    do { return (try TextFile.readLine(path, limit: 16 << 10), shown) } catch {
      throw OperatorFailure(
        error == .missing ? "\(shown): no such \(name) file" : "\(error.line(shown)) (it should contain the \(name))",
        .configuration)
    }
  }
}

extension String {
  /// Without the white space around it.
  fileprivate var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }
}
