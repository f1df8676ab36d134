internal import Foundation
public import RTMP

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
  ) throws(BroadcastFailure) -> StreamKey? {
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
  public static func missing(for endpoint: IngestEndpoint) -> BroadcastFailure {
    BroadcastFailure(
      "\(endpoint) needs a stream key: put it into a file and name that with --stream-key-file, or set \(environmentVariable)",
      .configuration)
  }

  /// Makes a key of what a person typed or a source holds; white space around it is left out.
  public static func check(_ text: String, from origin: String) throws(BroadcastFailure) -> StreamKey {
    do { return try StreamKey(text.trimmingCharacters(in: .whitespacesAndNewlines)) } catch {
      throw BroadcastFailure("\(origin): \(error)", .configuration)
    }
  }

  private static func read(_ path: String) throws(BroadcastFailure) -> StreamKey {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw BroadcastFailure(
        "\(path): \(exists ? "cannot be read: check its permissions" : "no such stream key file")", .configuration)
    }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: 4096), let text = String(data: data, encoding: .utf8) else {
      throw BroadcastFailure("\(path): not a stream key file (one line of text is wanted)", .configuration)
    }
    return try check(text, from: path)
  }
}
