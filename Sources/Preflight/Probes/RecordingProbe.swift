internal import FoundationEssentials
internal import Media
internal import Pipeline
internal import Settings

/// Looks whether a recording can be written, and how long there is room for it.
enum RecordingProbe {
  /// Less is as good as a full disk.
  static let least = 64 << 20

  /// Blocks as long as the disk does; what it makes to find out is gone afterwards.
  static func look(_ directory: String, bitrate: Bitrate) -> CheckFinding {
    let made = missing(directory)
    defer { for path in made.reversed() { try? FileManager.default.removeEmptyDirectory(path) } }
    let trial = "\(directory)/.ivs-broadcast-check-\(UUID().uuidString)"
    do throws(OperatorFailure) {
      _ = try RecordingPath.make(in: directory)
      try SavedFile.write("", to: trial)
    } catch { return .fail(error) }
    try? FileManager.default.removeItem(atPath: trial)
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: directory)
    return judge(directory, free: (attributes?[.systemFreeSize] as? any BinaryInteger).map { Int($0) }, bitrate)
  }

  /// What is to be said of a directory with so many bytes free.
  static func judge(_ directory: String, free: Int?, _ bitrate: Bitrate) -> CheckFinding {
    guard let free else { return .pass("\(directory): it does not tell how much room there is") }
    let minutes = Int(Double(free) * 8 / Double(max(1, bitrate.bitsPerSecond)) / 60)
    let room = minutes < 120 ? "\(minutes) min" : "\(minutes / 60) h"
    let what = "\(directory): room for \(room)"
    let remedy = "free some space, or name another directory with `record`"
    if free < least { return .fail(what, remedy, .cannotCreate) }
    return minutes < 60 ? .warn(what, remedy) : .pass(what)
  }

  /// The directories on the way that are not there yet.
  private static func missing(_ directory: String) -> [String] {
    var paths: [String] = []
    var path = directory[...]
    while !path.isEmpty, path != "/", !FileManager.default.fileExists(atPath: String(path)) {
      paths.insert(String(path), at: 0)
      guard let slash = path.lastIndex(of: "/") else { break }
      path = path[..<slash]
    }
    return paths
  }
}

extension FileManager {
  /// Removes a directory that has nothing in it.
  fileprivate func removeEmptyDirectory(_ path: String) throws {
    if try contentsOfDirectory(atPath: path).isEmpty { try removeItem(atPath: path) }
  }
}
