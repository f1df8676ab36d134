/// What CloudWatch says that IVS received of a channel, averaged over its newest period.
public struct IngestMetrics: Codable, Equatable, Sendable {
  /// bit/s; `nil` where CloudWatch has nothing yet.
  public var videoBitrate: Double?
  /// bit/s.
  public var audioBitrate: Double?
  /// bit/s: picture, sound and metadata.
  public var bitrate: Double?
  /// Frames a second.
  public var frameRate: Double?
  /// Seconds.
  public var keyframeInterval: Double?
  /// The end of what was averaged.
  public var time: Timestamp?

  /// Nothing known.
  public init() {}

  /// Whether there is any figure.
  public var isEmpty: Bool { videoBitrate == nil && bitrate == nil && frameRate == nil && keyframeInterval == nil }
}

extension IVSClient {
  private struct Query: Encodable, Sendable {
    let id: String
    let metric: String
    let channel: String

    func encode(to encoder: any Encoder) throws {
      var query = encoder.container(keyedBy: Name.self)
      try query.encode(id, forKey: "Id")
      var statistic = query.nestedContainer(keyedBy: Name.self, forKey: "MetricStat")
      try statistic.encode(5, forKey: "Period")
      try statistic.encode("Average", forKey: "Stat")
      var metric = statistic.nestedContainer(keyedBy: Name.self, forKey: "Metric")
      try metric.encode("AWS/IVS", forKey: "Namespace")
      try metric.encode(self.metric, forKey: "MetricName")
      try metric.encode([["Name": "Channel", "Value": channel]], forKey: "Dimensions")
    }
  }

  private struct Input: Encodable, Sendable {
    let start: Int
    let end: Int
    let queries: [Query]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Name.self)
      try container.encode(start, forKey: "StartTime")
      try container.encode(end, forKey: "EndTime")
      try container.encode("TimestampDescending", forKey: "ScanBy")
      try container.encode(queries, forKey: "MetricDataQueries")
    }
  }

  private struct Answer: Decodable, Sendable {
    struct Result: Decodable, Sendable {
      let id: String?
      let times: [Timestamp]
      let values: [Double]

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        id = try container.decodeIfPresent(String.self, forKey: "Id")
        times = try container.decodeIfPresent([Timestamp].self, forKey: "Timestamps") ?? []
        values = try container.decodeIfPresent([Double].self, forKey: "Values") ?? []
      }
    }
    let results: [Result]

    init(from decoder: any Decoder) throws {
      results =
        try decoder.container(keyedBy: Name.self).decodeIfPresent([Result].self, forKey: "MetricDataResults") ?? []
    }
  }

  private static let names = [
    "video": "IngestVideoBitrate", "audio": "IngestAudioBitrate", "all": "IngestBitrate", "rate": "IngestFramerate",
    "keyframes": "KeyframeInterval",
  ]

  /// The newest figures of what the service received; each call costs its account five metrics.
  ///
  /// Whether CloudWatch calls a channel by its id or by its whole ARN is documented both ways: the first time that the
  /// id gives nothing the ARN is asked for as well.
  /// - Parameter now: seconds since 1970.
  public func ingestMetrics(of arn: ChannelARN, now: Int) async throws(IVSError) -> IngestMetrics {
    for name in await service.metricNaming.names {
      let metrics = try await ingestMetrics(called: name == .id ? arn.id : arn.text, in: arn.region, now: now)
      guard metrics.isEmpty else {
        await service.metricsAnswered(by: name)
        return metrics
      }
    }
    await service.metricsAnswered(by: nil)
    return IngestMetrics()
  }

  private func ingestMetrics(
    called name: String, in region: String, now: Int
  ) async throws(IVSError) -> IngestMetrics {
    let queries = Self.names.sorted { $0.key < $1.key }.map { id, metric in
      Query(id: id, metric: metric, channel: name)
    }
    let input = Input(start: now - 60, end: now + 5, queries: queries)
    let answer: Answer = try await service.callCloudWatch("GetMetricData", input, in: region)
    var metrics = IngestMetrics()
    for result in answer.results {
      // The newest period may not be whole yet.
      let points = zip(result.times, result.values).sorted { $0.0 > $1.0 }
      guard let point = points.dropFirst(points.count > 1 ? 1 : 0).first else { continue }
      metrics.time = max(metrics.time ?? point.0, point.0)
      switch result.id {
      case "video": metrics.videoBitrate = point.1
      case "audio": metrics.audioBitrate = point.1
      case "all": metrics.bitrate = point.1
      case "rate": metrics.frameRate = point.1
      case "keyframes": metrics.keyframeInterval = point.1
      default: break
      }
    }
    return metrics
  }
}

/// A field of CloudWatch's JSON, which spells them as XML does.
private struct Name: CodingKey, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init(stringLiteral value: String) { stringValue = value }
  init?(intValue: Int) { nil }
}
