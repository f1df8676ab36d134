/// The operations of the IVS API that a broadcaster needs.
///
/// Each is one request, or one for each page; all share the budget of their ``ServiceClient``.
public struct IVSClient: Sendable {
  /// Where resources are listed and made whose ARN is not known yet.
  public let region: String?
  let service: ServiceClient
  /// A list of streams may have pages with nothing on them, but is not followed for ever.
  static let mostPages = 50

  /// - Parameter region: for what no ARN says.
  public init(service: ServiceClient, region: String?) {
    self.service = service
    self.region = region
  }

  /// How far AWS's clock is ahead of this machine's, in seconds, by its newest answer; `nil` before the first.
  public var clockSkew: Int? { get async { await service.clockSkew } }

  private func home() throws(IVSError) -> String {
    guard let region else { throw .noRegion }
    return region
  }

  private struct Nothing: Codable, Sendable {}
  private struct ARN: Codable, Sendable { let arn: String }
  private struct OfChannel: Codable, Sendable { let channelArn: String }
  private struct ChannelAnswer: Codable, Sendable { let channel: IVSChannel }
  private struct KeyAnswer: Codable, Sendable { let streamKey: IVSStreamKey }

  // MARK: Channels

  /// One page of the region's channels; a summary of each.
  /// - Parameter token: what the page before ended with.
  public func channels(
    named name: String? = nil, after token: String? = nil
  ) async throws(IVSError) -> (channels: [IVSChannel], next: String?) {
    struct Input: Codable, Sendable {
      let filterByName: String?
      let nextToken: String?
      let maxResults = 100
      enum CodingKeys: CodingKey { case filterByName, nextToken, maxResults }
    }
    struct Answer: Decodable, Sendable {
      let channels: ReadableElements<IVSChannel>
      let nextToken: String?
    }
    let answer: Answer = try await service.call(
      "ListChannels", Input(filterByName: name, nextToken: token), in: home())
    return (answer.channels.elements, answer.nextToken.flatMap { $0.isEmpty ? nil : $0 })
  }

  /// All channels of the region, page after page.
  /// - Parameter onPage: called with all that have been found so far.
  public func allChannels(
    named name: String? = nil, onPage: @Sendable ([IVSChannel]) async -> Void = { _ in }
  ) async throws(IVSError) -> [IVSChannel] {
    var all: [IVSChannel] = []
    var token: String?
    var pages = 0
    repeat {
      let (page, next) = try await channels(named: name, after: token)
      all += page
      await onPage(all)
      // A service that never ends its list is not followed for ever.
      pages += 1
      token = pages < 1000 && next != token ? next : nil
    } while token != nil
    return all
  }

  /// A channel with all there is to know of it.
  public func channel(_ arn: ChannelARN) async throws(IVSError) -> IVSChannel {
    let answer: ChannelAnswer = try await service.call("GetChannel", ARN(arn: arn.text), in: arn.region)
    return answer.channel
  }

  /// Several channels with all there is to know of them, 50 at a time; those that are not there are left out.
  public func channels(_ arns: [ChannelARN]) async throws(IVSError) -> [IVSChannel] {
    struct Input: Codable, Sendable { let arns: [String] }
    struct Answer: Codable, Sendable { let channels: [IVSChannel]? }
    var found: [IVSChannel] = []
    for (region, inRegion) in Dictionary(grouping: arns, by: \.region).sorted(by: { $0.key < $1.key }) {
      var rest = inRegion[...]
      while !rest.isEmpty {
        let answer: Answer = try await service.call(
          "BatchGetChannel", Input(arns: rest.prefix(50).map(\.text)), in: region)
        found += answer.channels ?? []
        rest = rest.dropFirst(50)
      }
    }
    return found
  }

  /// Makes a channel, with its stream key.
  public func createChannel(
    _ attributes: ChannelAttributes, in region: String? = nil
  ) async throws(IVSError) -> (channel: IVSChannel, key: IVSStreamKey?) {
    struct Answer: Codable, Sendable {
      let channel: IVSChannel
      let streamKey: IVSStreamKey?
    }
    let place = if let region { region } else { try home() }
    let answer: Answer = try await service.call("CreateChannel", attributes, in: place, isRepeatable: false)
    return (answer.channel, answer.streamKey)
  }

  /// Changes the attributes that are given; not while the channel is live.
  public func updateChannel(_ arn: ChannelARN, _ attributes: ChannelAttributes) async throws(IVSError) -> IVSChannel {
    struct Input: Encodable, Sendable {
      let arn: String
      let attributes: ChannelAttributes
      enum CodingKeys: CodingKey { case arn }
      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(arn, forKey: .arn)
        var rest = attributes
        rest.tags = nil
        try rest.encode(to: encoder)
      }
    }
    let answer: ChannelAnswer = try await service.call(
      "UpdateChannel", Input(arn: arn.text, attributes: attributes), in: arn.region)
    return answer.channel
  }

  /// Deletes a channel and its stream key; not while it is live.
  public func deleteChannel(_ arn: ChannelARN) async throws(IVSError) {
    let _: Nothing = try await service.call(
      "DeleteChannel", ARN(arn: arn.text), in: arn.region, meansDone: \.isNotFound)
  }

  // MARK: Stream keys

  /// The names of a channel's keys; there is at most one today.
  public func streamKeys(of arn: ChannelARN) async throws(IVSError) -> [IVSStreamKey] {
    struct Input: Codable, Sendable {
      let channelArn: String
      let maxResults = 50
      enum CodingKeys: CodingKey { case channelArn, maxResults }
    }
    struct Answer: Codable, Sendable { let streamKeys: [IVSStreamKey]? }
    let answer: Answer = try await service.call("ListStreamKeys", Input(channelArn: arn.text), in: arn.region)
    return answer.streamKeys ?? []
  }

  /// A key with its value.
  public func streamKey(_ keyARN: String, in region: String) async throws(IVSError) -> IVSStreamKey {
    let answer: KeyAnswer = try await service.call("GetStreamKey", ARN(arn: keyARN), in: region)
    return answer.streamKey
  }

  /// A channel's key with its value; `nil` where it has none.
  public func streamKey(of arn: ChannelARN) async throws(IVSError) -> IVSStreamKey? {
    guard let key = try await streamKeys(of: arn).first else { return nil }
    return try await streamKey(key.arn, in: arn.region)
  }

  /// Makes a key for a channel that has none.
  public func createStreamKey(of arn: ChannelARN) async throws(IVSError) -> IVSStreamKey {
    let answer: KeyAnswer = try await service.call(
      "CreateStreamKey", OfChannel(channelArn: arn.text), in: arn.region, isRepeatable: false)
    return answer.streamKey
  }

  /// Takes a key away: it publishes nothing any more, but what runs goes on.
  public func deleteStreamKey(_ keyARN: String, in region: String) async throws(IVSError) {
    let _: Nothing = try await service.call(
      "DeleteStreamKey", ARN(arn: keyARN), in: region, meansDone: \.isNotFound)
  }

  // MARK: Streams

  /// What a channel receives; `nil` while it is offline.
  public func stream(of arn: ChannelARN) async throws(IVSError) -> IVSStream? {
    struct Answer: Codable, Sendable { let stream: IVSStream? }
    do throws(IVSError) {
      let answer: Answer = try await service.call("GetStream", OfChannel(channelArn: arn.text), in: arn.region)
      return answer.stream.flatMap { $0.state == "OFFLINE" ? nil : $0 }
    } catch .channelNotBroadcasting { return nil }
  }

  /// The region's live streams, at most a thousand.
  public func liveStreams() async throws(IVSError) -> [IVSStream] {
    struct Input: Codable, Sendable {
      let nextToken: String?
      let maxResults = 100
      enum CodingKeys: CodingKey { case nextToken, maxResults }
    }
    struct Answer: Decodable, Sendable {
      let streams: ReadableElements<IVSStream>
      let nextToken: String?
    }
    var all: [IVSStream] = []
    var token: String?
    var pages = 0
    repeat {
      let answer: Answer = try await service.call("ListStreams", Input(nextToken: token), in: home())
      all += answer.streams.elements
      pages += 1
      let isEnough = all.count >= 1000 || pages == Self.mostPages
      token = answer.nextToken.flatMap { $0.isEmpty || isEnough ? nil : $0 }
    } while token != nil
    return all
  }

  /// Hangs up on whoever sends to the channel; they may come back.
  public func stopStream(of arn: ChannelARN) async throws(IVSError) {
    let _: Nothing = try await service.call(
      "StopStream", OfChannel(channelArn: arn.text), in: arn.region, meansDone: { $0 == .channelNotBroadcasting })
  }

  /// Puts timed metadata into the running stream.
  /// - Parameter text: 1…1024 bytes of UTF-8.
  public func putMetadata(_ text: String, to arn: ChannelARN) async throws(IVSError) {
    struct Input: Codable, Sendable {
      let channelArn: String
      let metadata: String
    }
    // Twice is not the same as once: viewers would see it twice.
    let _: Nothing = try await service.call(
      "PutMetadata", Input(channelArn: arn.text, metadata: text), in: arn.region, isRepeatable: false)
  }

  /// A stream with its events.
  /// - Parameter streamID: `nil` for the newest.
  public func session(
    of arn: ChannelARN, streamID: String? = nil
  ) async throws(IVSError) -> IVSStreamSession? {
    struct Input: Codable, Sendable {
      let channelArn: String
      let streamId: String?
    }
    struct Answer: Codable, Sendable { let streamSession: IVSStreamSession? }
    let answer: Answer = try await service.call(
      "GetStreamSession", Input(channelArn: arn.text, streamId: streamID), in: arn.region)
    return answer.streamSession
  }

  /// The newest streams of a channel, at most `limit`.
  public func sessions(of arn: ChannelARN, limit: Int = 50) async throws(IVSError) -> [IVSStreamSession] {
    struct Input: Codable, Sendable {
      let channelArn: String
      let nextToken: String?
      let maxResults: Int
    }
    struct Answer: Codable, Sendable {
      let streamSessions: [IVSStreamSession]
      let nextToken: String?
    }
    var all: [IVSStreamSession] = []
    var token: String?
    var pages = 0
    repeat {
      let input = Input(channelArn: arn.text, nextToken: token, maxResults: max(1, min(100, limit - all.count)))
      let answer: Answer = try await service.call("ListStreamSessions", input, in: arn.region)
      all += answer.streamSessions
      pages += 1
      let isEnough = all.count >= limit || pages == Self.mostPages
      token = answer.nextToken.flatMap { $0.isEmpty || isEnough ? nil : $0 }
    } while token != nil
    return all
  }
}

extension IVSError {
  fileprivate var isNotFound: Bool {
    if case .notFound = self { true } else { false }
  }
}
