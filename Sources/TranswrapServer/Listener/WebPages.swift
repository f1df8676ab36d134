internal import FoundationEssentials
internal import NIOCore
internal import Settings

/// The files of the broadcaster page, read once: nothing else of the disk can be asked for.
struct WebPages: Sendable {
  struct Page: Sendable {
    var type: String
    var body: ByteBuffer
  }

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon", "webmanifest": "application/manifest+json",
  ]
  private static let sizeLimit = 4 << 20

  private var pages: [String: Page] = [:]

  /// No pages.
  init() {}

  /// Reads the files of a directory, not those below it.
  init(directory: String) throws(OperatorFailure) {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
      throw OperatorFailure("\(directory): no such directory for `web`", "give the one with index.html", .configuration)
    }
    for name in names {
      guard let type = name.split(separator: ".").last.flatMap({ Self.types[String($0)] }),
        let data = FileManager.default.contents(atPath: "\(directory)/\(name)"), data.count <= Self.sizeLimit
      else { continue }
      pages["/" + name] = Page(type: type, body: ByteBuffer(bytes: data))
    }
    guard let index = pages["/index.html"] else {
      throw OperatorFailure("\(directory): there is no index.html for `web`", .configuration)
    }
    pages["/"] = index
  }

  /// The page at a path without its query; `nil` where there is none.
  subscript(path: String) -> Page? { pages[path] }
}
