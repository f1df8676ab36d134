public import Foundation

/// A small file system of its own that can be made to hang as a broken disk does; needs root or sudo.
public final class FreezableDisk: Sendable {
  /// Where it is mounted.
  public let url: URL
  private let folder: TemporaryDirectory

  /// Makes and mounts it.
  public init() async throws {
    folder = try TemporaryDirectory()
    url = try folder.folder("disk")
    let image = folder.file("image").path
    try await Tool.run("truncate", ["-s", "64M", image])
    try await Tool.run("mkfs.ext4", ["-q", "-E", "root_owner=\(geteuid()):\(getegid())", image])
    try await Tool.runAsRoot("mount", ["-o", "loop", image, url.path])
  }

  deinit {
    for command in [["fsfreeze", "-u"], ["umount", "-l"]] {
      let tool = Process()
      tool.executableURL = URL(filePath: "/usr/bin/env")
      tool.arguments = (geteuid() == 0 ? [] : ["sudo", "-n"]) + command + [url.path]
      tool.standardError = FileHandle.nullDevice
      if (try? tool.run()) != nil { tool.waitUntilExit() }
    }
  }

  /// From now on every write hangs, and with it the thread that writes, which no signal can end.
  public func freeze() async throws { try await Tool.runAsRoot("fsfreeze", ["-f", url.path]) }

  /// What hangs goes on.
  public func thaw() async throws { try await Tool.runAsRoot("fsfreeze", ["-u", url.path]) }
}
