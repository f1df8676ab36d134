internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The HTTP server of the local channel: the page, the playlist and its segments, on loopback only.
final class PlaybackServer: Sendable {
  private let channel: any Channel
  /// The port that it listens on.
  let port: Int

  /// Starts listening on `port` of 127.0.0.1; where that is taken, on any free one.
  static func start(
    directory: String, port: Int, channelJSON: @escaping @Sendable () -> String, group: any EventLoopGroup
  ) async throws -> PlaybackServer {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(
            PlaybackHandler(directory: directory, channelJSON: channelJSON))
        }
      }
    let channel: any Channel
    do {
      channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
    } catch {
      channel = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
    }
    return PlaybackServer(channel: channel, port: channel.localAddress?.port ?? port)
  }

  private init(channel: any Channel, port: Int) {
    self.channel = channel
    self.port = port
  }

  /// Stops listening.
  func stop() async { try? await channel.close() }
}

/// Answers GET and HEAD for the few names that the channel has; everything else is 404.
private final class PlaybackHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let directory: String
  private let channelJSON: @Sendable () -> String
  private var request: HTTPRequestHead?

  init(directory: String, channelJSON: @escaping @Sendable () -> String) {
    self.directory = directory
    self.channelJSON = channelJSON
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): request = head
    case .body: break
    case .end:
      guard let request else { return }
      self.request = nil
      answer(request, context: context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
    guard request.method == .GET || request.method == .HEAD else {
      return send(.methodNotAllowed, "text/plain", ByteBuffer(string: "GET is wanted\n"), request, context)
    }
    let name = String(request.uri.prefix { $0 != "?" }.drop { $0 == "/" })
    switch name {
    case "": send(.ok, "text/html; charset=utf-8", ByteBuffer(string: PlaybackPage.html), request, context)
    case "channel.json": send(.ok, "application/json", ByteBuffer(string: channelJSON()), request, context)
    default:
      guard let type = Self.mediaType(of: name) else { return notFound(request, context) }
      // Files of a few hundred kilobytes from the page cache, for a viewer on this machine.
      guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else {
        return notFound(request, context)
      }
      send(.ok, type, ByteBuffer(bytes: data), request, context)
    }
  }

  /// The type of a name that the HLS writer makes; `nil` for any other, so no path leaves the directory.
  private static func mediaType(of name: String) -> String? {
    let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "-") }
    guard isPlain, !name.hasPrefix(".") else { return nil }
    if name.hasSuffix(".m3u8") { return "application/vnd.apple.mpegurl" }
    if name.hasSuffix(".mp4") || name.hasSuffix(".m4s") { return "video/mp4" }
    return nil
  }

  private func notFound(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    send(.notFound, "text/plain", ByteBuffer(string: "not found\n"), request, context)
  }

  private func send(
    _ status: HTTPResponseStatus, _ type: String, _ body: ByteBuffer, _ request: HTTPRequestHead,
    _ context: ChannelHandlerContext
  ) {
    var headers = HTTPHeaders()
    headers.add(name: "content-type", value: type)
    headers.add(name: "content-length", value: "\(body.readableBytes)")
    headers.add(name: "cache-control", value: "no-store")
    if !request.isKeepAlive { headers.add(name: "connection", value: "close") }
    context.write(
      wrapOutboundOut(.head(.init(version: request.version, status: status, headers: headers))), promise: nil)
    if request.method == .GET { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
    let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !request.isKeepAlive {
      let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
      done.whenComplete { _ in loopBound.value.close(promise: nil) }
    }
  }
}
