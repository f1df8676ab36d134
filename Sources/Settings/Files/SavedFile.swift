internal import FoundationEssentials
internal import Glibc

/// Changes small files that programs of this package keep: settings, channels, tokens.
///
/// Every change is one step. Others that change the same file by this, in this process or in another one, come before
/// or after it; a disk that is full, a program that is killed or a power cut leaves the file as it was or as it is to
/// be. A file that a link leads to is changed where it lies. It keeps its owner, and its group's rights where nobody
/// else has any; otherwise only its owner reads it.
public enum SavedFile {
  /// How long others may take with their changes.
  static let timeout: Duration = .seconds(10)

  /// Reads the file, and writes what `change` makes of it.
  ///
  /// The directory is made where it is missing. Blocks while another process changes a file in the same directory.
  /// - Parameters:
  ///   - limit: the largest file that is read, in bytes.
  ///   - change: gets the text, `nil` where there is no file; gives the new one, `nil` to leave all as it is.
  /// - Returns: what `change` gave besides.
  /// - Throws: what `change` throws; one line with the system's reason for a file that cannot be read or written.
  public static func update<Answer>(
    _ path: String, limit: Int, _ change: (String?) throws(OperatorFailure) -> (text: String?, answer: Answer)
  ) throws(OperatorFailure) -> Answer {
    let place = try Place(path)
    let folder = try LockedFolder(place.folder, for: path, within: timeout)
    var old: String?
    do throws(TextFile.Problem) { old = try TextFile.read(place.path, limit: limit, isFile: true) } catch {
      guard error == .missing else { throw OperatorFailure(error.line(path), .configuration) }
    }
    let (text, answer) = try change(old)
    guard let text else { return answer }
    guard text.utf8.count <= limit else {
      throw OperatorFailure("\(path): cannot be written: it would be longer than \(limit >> 10) KiB", .cannotCreate)
    }
    try folder.replace(place.name, with: text, shown: path)
    return answer
  }

  /// Writes a file, whatever it held before.
  public static func write(_ text: String, to path: String) throws(OperatorFailure) {
    let place = try Place(path)
    try LockedFolder(place.folder, for: path, within: timeout).replace(place.name, with: text, shown: path)
  }

  /// Where a path leads, over links.
  struct Place {
    let folder: String
    let name: String
    var path: String { "\(folder)/\(name)" }

    init(_ path: String) throws(OperatorFailure) {
      var target = path
      // As many links as the kernel follows (path_resolution(7)).
      for _ in 0..<40 {
        guard let next = Self.link(target) else {
          (folder, name) = Self.parts(target)
          guard !name.isEmpty, name != ".", name != ".." else { break }
          return
        }
        target = next.hasPrefix("/") ? next : "\(Self.parts(target).folder)/\(next)"
      }
      throw OperatorFailure("\(path): cannot be written: it is no file's name, or a circle of links", .cannotCreate)
    }

    private static func parts(_ path: String) -> (folder: String, name: String) {
      guard let slash = path.lastIndex(of: "/") else { return (".", path) }
      let folder = path[..<slash]
      return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }

    private static func link(_ path: String) -> String? {
      try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    }
  }
}
