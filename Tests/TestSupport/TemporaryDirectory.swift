public import Foundation

/// A folder of one test, which goes when the last reference does.
public final class TemporaryDirectory: Sendable {
  /// Where it is; readable by this user only.
  public let url: URL

  /// Makes an empty folder.
  public init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "ivs-broadcast-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The place of a file in it.
  public func file(_ name: String) -> URL { url.appending(path: name) }

  /// Writes a file that only this user can read.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> URL {
    let place = file(name)
    try Data(text.utf8).write(to: place)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path)
    return place
  }

  /// Makes a folder in it.
  public func folder(_ name: String) throws -> URL {
    let place = file(name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    return place
  }
}
