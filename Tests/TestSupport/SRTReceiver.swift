public import Foundation

/// srt-live-transmit waiting for publishers on loopback: takes them one after the other, and keeps what they send.
public final class SRTReceiver: Sendable {
  /// The UDP port on 127.0.0.1.
  public let port: Int
  private let process: RunningProcess
  private let folder: TemporaryDirectory

  /// Starts it and waits until it listens.
  /// - Parameter port: of one that has gone, to stand in for it.
  public init(passphrase: String? = nil, port: Int? = nil) async throws {
    folder = try TemporaryDirectory()
    let port = try port ?? FreePort.find()
    self.port = port
    let query = passphrase.map { "?passphrase=\($0)" } ?? ""
    process = try RunningProcess(
      "srt-live-transmit",
      [
        "-q", "-loglevel:fatal", "srt://127.0.0.1:\(port)\(query.isEmpty ? "?" : query + "&")mode=listener",
        "file://con",
      ])
    try await eventually("SRT listener on port \(port)") { try Self.isTaken(port) }
  }

  /// What a publisher is told to connect to.
  public var url: String { "srt://127.0.0.1:\(port)" }

  /// Bytes of MPEG-TS that it got and wrote.
  public var byteCount: Int { process.bytes(of: .standardOutput).count }

  /// Lets it do nothing any more, while its port stays taken.
  public func freeze() { process.signal(SIGSTOP) }

  /// Lets it go on.
  public func thaw() { process.signal(SIGCONT) }

  /// Ends it without a farewell to anybody.
  public func crash() async throws {
    process.signal(SIGKILL)
    _ = try await process.waitForExit(within: .seconds(5))
  }

  /// Ends it in good order and gives all that it got: until then it keeps up to 4 kB to itself.
  public func finish() async throws -> [UInt8] {
    if process.isRunning { _ = try await process.stop() }
    return process.bytes(of: .standardOutput)
  }

  /// The same as ``finish()``, as a file.
  public func recording() async throws -> URL {
    let file = folder.file("received.ts")
    try Data(await finish()).write(to: file)
    return file
  }

  /// Whether somebody has an IPv4 UDP socket on a port (proc(5), `/proc/net/udp`).
  private static func isTaken(_ port: Int) throws -> Bool {
    let digits = String(port, radix: 16, uppercase: true)
    let table = try String(contentsOfFile: "/proc/net/udp", encoding: .utf8)
    return table.contains(":" + String(repeating: "0", count: 4 - digits.count) + digits + " ")
  }
}
