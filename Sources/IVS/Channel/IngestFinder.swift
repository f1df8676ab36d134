internal import FoundationEssentials
public import Web

/// Finds where to send to when only a stream key is known (FindIngest of the IVS broadcast integration API).
public struct IngestFinder: Sendable {
  /// The service.
  public static let usualURL = "https://ingest.contribute.live-video.net/api/v2/FindIngest"
  /// What takes every channel's key when the service does not answer.
  public static let fallbackHost = "ingest.global-contribute.live-video.net"

  /// One of the service's points of presence.
  public struct Ingest: Equatable, Sendable {
    /// What it is called: `Europe: Frankfurt, Germany`.
    public let name: String
    /// `rtmps://HOST:443/app`, without the key.
    public let url: String
  }

  private struct Answer: Decodable {
    struct Entry: Decodable {
      var name: String?
      var availability: Double?
      var priority: Int?
      var secureTemplate: String?

      enum CodingKeys: String, CodingKey {
        case name, availability, priority
        case secureTemplate = "url_template_secure"
      }
    }
    let ingests: [Entry]
  }

  private let http: any HTTPCaller
  private let url: String

  /// - Parameter url: where to ask.
  public init(http: any HTTPCaller, url: String = usualURL) {
    self.http = http
    self.url = url
  }

  /// The best first, at most ten; empty where the service does not answer in three seconds.
  public func find() async -> [Ingest] {
    guard let answer = try? await http.call(HTTPRequest("GET", url, limit: .seconds(3))), answer.status == 200 else {
      return []
    }
    return Self.read(answer.body)
  }

  /// What an answer's body says, the best first: the lowest priority number, available, not deprecated, with TLS.
  static func read(_ body: [UInt8]) -> [Ingest] {
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else { return [] }
    return answer.ingests.filter { entry in
      let name = (entry.name ?? "").lowercased()
      return (entry.availability ?? 1) > 0 && !name.contains("deprecated") && !name.contains("depracated")
    }.sorted { ($0.priority ?? Int.max) < ($1.priority ?? Int.max) }.compactMap { entry in
      guard let template = entry.secureTemplate, template.hasPrefix("rtmps://"),
        let place = template.firstRange(of: "/{stream_key}")
      else { return nil }
      let url = String(template[..<place.lowerBound])
      guard let name = entry.name, url.utf8.count < 300 else { return nil }
      return Ingest(name: name, url: url)
    }.prefix(10).map { $0 }
  }
}
