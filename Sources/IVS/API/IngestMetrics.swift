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
  private struct Query: Codable, Sendable {
    struct Dimension: Codable, Sendable {
      let Name: String
      let Value: String
    }
    struct Metric: Codable, Sendable {
      let Namespace: String
      let MetricName: String
      let Dimensions: [Dimension]
    }
    struct Statistic: Codable, Sendable {
      let Metric: Metric
      let Period: Int
      let Stat: String
    }
    let Id: String
    let MetricStat: Statistic
  }
  private struct Input: Codable, Sendable {
    let StartTime: Int
    let EndTime: Int
    let ScanBy: String
    let MetricDataQueries: [Query]
  }
  private struct Answer: Codable, Sendable {
    struct Result: Codable, Sendable {
      let Id: String?
      let Timestamps: [Timestamp]?
      let Values: [Double]?
    }
    let MetricDataResults: [Result]?
  }

  private static let names = [
    "video": "IngestVideoBitrate", "audio": "IngestAudioBitrate", "all": "IngestBitrate", "rate": "IngestFramerate",
    "keyframes": "KeyframeInterval",
  ]

  /// The newest figures of what the service received; each call costs its account five metrics.
  ///
  /// Whether CloudWatch calls a channel by its id or by its whole ARN is documented both ways: where the id gives
  /// nothing, the ARN is tried.
  /// - Parameter now: seconds since 1970.
  public func ingestMetrics(of arn: ChannelARN, now: Int) async throws(IVSError) -> IngestMetrics {
    let metrics = try await ingestMetrics(called: arn.id, in: arn.region, now: now)
    return metrics.isEmpty ? try await ingestMetrics(called: arn.text, in: arn.region, now: now) : metrics
  }

  private func ingestMetrics(
    called name: String, in region: String, now: Int
  ) async throws(IVSError) -> IngestMetrics {
    let queries = Self.names.sorted { $0.key < $1.key }.map { id, metric in
      Query(
        Id: id,
        MetricStat: Query.Statistic(
          Metric: Query.Metric(
            Namespace: "AWS/IVS", MetricName: metric, Dimensions: [Query.Dimension(Name: "Channel", Value: name)]),
          Period: 5, Stat: "Average"))
    }
    let input = Input(
      StartTime: now - 60, EndTime: now + 5, ScanBy: "TimestampDescending", MetricDataQueries: queries)
    let answer: Answer = try await service.callCloudWatch("GetMetricData", input, in: region)
    var metrics = IngestMetrics()
    for result in answer.MetricDataResults ?? [] {
      // The newest period may not be whole yet.
      let points = zip(result.Timestamps ?? [], result.Values ?? []).sorted { $0.0 > $1.0 }
      guard let point = points.dropFirst(points.count > 1 ? 1 : 0).first else { continue }
      metrics.time = max(metrics.time ?? point.0, point.0)
      switch result.Id {
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
