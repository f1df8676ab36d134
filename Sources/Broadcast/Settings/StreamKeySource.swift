internal import FoundationEssentials
public import RTMP
public import Settings

/// Where a stream key comes from: a file, the environment, a systemd credential; never the command line.
public enum StreamKeySource {
  /// The environment variable that holds the key.
  public static let environmentVariable = "IVS_STREAM_KEY"
  /// The name of the systemd credential (`LoadCredential=ivs-stream-key:…`).
  public static let credential = "ivs-stream-key"

  /// Looks in the named file, then the environment, then the credential; `nil` where there is none of them.
  /// - Throws: one line for a file that cannot be read or whose content is no key; never with the content.
  public static func find(
    file: String?, environment: [String: String]
  ) throws(OperatorFailure) -> StreamKey? {
    if let file { return try read(file) }
    if let text = environment[environmentVariable], !text.isEmpty {
      return try check(text, from: environmentVariable)
    }
    if let directory = environment["CREDENTIALS_DIRECTORY"] {
      let path = "\(directory)/\(credential)"
      if FileManager.default.fileExists(atPath: path) { return try read(path) }
    }
    return nil
  }

  /// The failure when no source has a key.
  public static func missing(for endpoint: IngestEndpoint) -> OperatorFailure {
    OperatorFailure(
      "\(endpoint) needs a stream key: put it into a file and name that with --stream-key-file, or set \(environmentVariable)",
      .configuration)
  }

  /// Makes a key of what a person typed or a source holds; white space around it is left out.
  public static func check(_ text: String, from origin: String) throws(OperatorFailure) -> StreamKey {
    do { return try StreamKey(text.trimmed) } catch {
      throw OperatorFailure("\(origin): \(error)", .configuration)
    }
  }

  private static func read(_ path: String) throws(OperatorFailure) -> StreamKey {
    // A key that was given in the place of its file must not come back in a message.
    let name = path.hasPrefix("sk_") ? "the file named by --stream-key-file" : path
    let text: String
    do { text = try TextFile.read(path, limit: 4096) } catch {
      switch error {
      case .missing: throw OperatorFailure("\(name): no such stream key file", .configuration)
      case .unreadable: throw OperatorFailure("\(name): cannot be read: check its permissions", .configuration)
      case .tooLong, .notText:
        throw OperatorFailure("\(name): not a stream key file (one line of text is wanted)", .configuration)
      }
    }
    return try check(text, from: name)
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
