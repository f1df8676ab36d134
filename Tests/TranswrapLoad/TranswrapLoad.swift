import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// Opens many sessions at a proxy and sends each the same clip in real time.
@main
struct TranswrapLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens many sessions at a proxy and sends each the same clip in real time.",
    discussion: """
      The clip is FLV, of which every 33 ms the tags that are due are sent, or Matroska, of which every second a blob \
      is sent as browsers do. It has to be long enough: it is not sent twice in a session.

      Prints `steady` when all sessions are live, waits for --settle, prints `begin`, after --seconds `end`; then ends \
      all streams and prints one JSON object: sessions, live, endedEarly with reasons, events, maxCongestionMilliseconds,
      bytesSent, blockedPieces, maxLateMilliseconds.
      """)

  @Option(help: "Port of the proxy on this machine.")
  var port: Int
  @Option(help: "Path of a session; {n} becomes its number.")
  var path: String
  @Option(help: "Bearer token.")
  var token: String?
  @Option(help: "FLV or Matroska file.")
  var clip: String
  @Option(help: "How many sessions.")
  var sessions = 16
  @Option(help: "Seconds over which they begin.")
  var stagger = 2.0
  @Option(help: "Seconds between the last session's being live and the measured time.")
  var settle = 2.0
  @Option(help: "Seconds of the measured time.")
  var seconds = 10.0
  @Option(help: "Seconds within which all sessions have to be live.")
  var timeout = 60.0

  func run() async throws {
    let clip = try Clip(path: clip)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let fleet = try await loop.submit { [sessions] in
      NIOLoopBound(Fleet(on: loop, count: sessions, clip: clip), eventLoop: loop)
    }.get()
    let bootstrap = ClientBootstrap(group: loop)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.writeBufferWaterMark, value: .init(low: 1, high: 2))
    for number in 0..<sessions {
      let (path, token) = (path.replacingOccurrences(of: "{n}", with: "\(number)"), token)
      bootstrap.channelInitializer { [port] channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            fleet.value.makeClient(path: path, host: "127.0.0.1:\(port)", token: token, clip: clip))
        }
      }.connect(host: "127.0.0.1", port: port).whenFailure { error in
        FileHandle.standardError.write(Data("session \(number): \(error)\n".utf8))
      }
      try await Task.sleep(for: .seconds(stagger / Double(sessions)))
    }
    let steady = try await loop.submit { fleet.value.isSteady }.get()
    let isSteady = await withTaskGroup(of: Bool.self) { group in
      group.addTask { (try? await steady.get()) != nil }
      group.addTask { [timeout] in
        try? await Task.sleep(for: .seconds(timeout))
        return false
      }
      let first = await group.next() ?? false
      if !first {
        // Nobody waits for what will not come.
        try? await loop.submit { fleet.value.giveUp() }.get()
      }
      group.cancelAll()
      return first
    }
    say(isSteady ? "steady" : "not steady")
    try await Task.sleep(for: .seconds(settle))
    try await loop.submit { fleet.value.beginMeasuring() }.get()
    say("begin")
    try await Task.sleep(for: .seconds(seconds))
    say("end")
    let summary = try await loop.submit {
      defer { fleet.value.finish() }
      return fleet.value.report()
    }.get()
    try await Task.sleep(for: .seconds(1))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    say(String(decoding: try encoder.encode(summary), as: UTF8.self))
    guard isSteady, summary.endedEarly.isEmpty else { throw ExitCode(1) }
    // What is still open ends with the process.
    Self.exit()
  }

  private func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}
