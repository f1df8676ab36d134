internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// What the player's server has to give.
struct PlaybackContent: Sendable {
  /// Of the live segments.
  let directory: String
  let secret: PlaybackSecret
  let facts: @Sendable () -> String

  /// The longest file that is sent: more than two seconds of any stream.
  private static let longestFile = 32 << 20

  init(directory: String, secret: PlaybackSecret, facts: @escaping @Sendable () -> String) {
    (self.directory, self.secret, self.facts) = (directory, secret, facts)
  }

  /// Reads a file; `nil` where it is not there, is a link, or cannot be opened now.
  ///
  /// Blocks on the disk.
  func read(_ name: String) -> ByteBuffer? {
    let descriptor = unsafe open("\(directory)/\(name)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      (0...Self.longestFile).contains(Int(status.st_size))
    else { return nil }
    let size = Int(status.st_size)
    var bytes = ByteBufferAllocator().buffer(capacity: size)
    while bytes.readableBytes < size {
      let left = size - bytes.readableBytes
      let count = unsafe bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: left) { room in
        unsafe max(0, Glibc.read(descriptor, room.baseAddress, left))
      }
      guard count > 0 else { return nil }
    }
    return bytes
  }
}

/// An answer of the player's server.
struct PlaybackAnswer: Sendable {
  var status: HTTPResponseStatus
  var mediaType = "text/plain; charset=utf-8"
  var fields: [(name: String, value: String)] = []
  var body: ByteBuffer

  /// An answer in a line of text.
  init(_ status: HTTPResponseStatus, _ text: String, _ fields: [(name: String, value: String)] = []) {
    (self.status, self.fields, body) = (status, fields, ByteBuffer(string: text + "\n"))
  }

  /// What was asked for.
  init(_ body: ByteBuffer, as mediaType: String, _ fields: [(name: String, value: String)] = []) {
    (status, self.mediaType, self.fields, self.body) = (.ok, mediaType, fields, body)
  }

  static let nothing = PlaybackAnswer(.notFound, "not found")

  /// The answer to all but a file.
  init?(to request: PlaybackRequest, _ content: PlaybackContent) {
    switch request {
    case .file: return nil
    case .page:
      self.init(
        ByteBuffer(string: PlaybackPage.html), as: "text/html; charset=utf-8",
        [("content-security-policy", PlaybackPage.policy)])
    case .facts: self.init(ByteBuffer(string: content.facts()), as: "application/json")
    case .pageWithoutSlash:
      self.init(.movedPermanently, "the address ends with /", [("location", "/\(content.secret.text)/")])
    case .wrongMethod: self.init(.methodNotAllowed, "only GET and HEAD are answered", [("allow", "GET, HEAD")])
    case .noHost: self.init(.badRequest, "one Host field is wanted")
    case .foreignHost: self.init(.misdirectedRequest, "only localhost and loopback addresses are served here")
    case .nothing: self = .nothing
    }
  }

  /// The fields of every answer: nothing is kept, guessed, told to other sites or taken into their pages.
  func headers(isLast: Bool) -> HTTPHeaders {
    var headers: HTTPHeaders = [
      "content-type": mediaType, "content-length": "\(body.readableBytes)", "cache-control": "no-store",
      "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
    ]
    for field in fields { headers.add(name: field.name, value: field.value) }
    if isLast { headers.add(name: "connection", value: "close") }
    return headers
  }
}
