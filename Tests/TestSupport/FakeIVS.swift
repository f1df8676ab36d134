public import Foundation

/// A fake Amazon IVS on loopback (`Tests/IVS/fake-ivs`): the service's operations, CloudWatch's metrics, and an ingest
/// that takes publishers by RTMPS and RTMP and answers by what really arrives of them.
///
/// A request that breaks the service's description or is not signed right is refused, and stays visible in
/// `violations()`. It throttles as the service does until `change(_:)` says otherwise.
public final class FakeIVS: Sendable {
  /// What is encrypted; certificates are for `localhost` and `127.0.0.1`, by an authority of this fake.
  public enum Encryption: Sendable {
    /// The ingest, as at the service; its operations come by plain HTTP.
    case ingest
    /// The ingest and the operations.
    case everything
    /// Nothing: `ingestEndpoint` then takes plain RTMP from every channel.
    case nothing
  }

  /// Who may sign requests, beside an administrator who may all.
  public struct Identity: Encodable, Sendable {
    /// What error texts call it.
    public var name: String
    /// Its access key.
    public var accessKeyId: String
    /// Its secret.
    public var secretAccessKey: String
    /// The token that has to come along, for temporary ones.
    public var sessionToken: String?
    /// Patterns of what it may do, such as `ivs:Get*`.
    public var actions: [String] = ["*"]
    /// Patterns of what it may not do all the same.
    public var denied: [String] = []

    /// Describes one that may do all that `denied` does not name.
    public init(
      name: String, accessKeyId: String, secretAccessKey: String, sessionToken: String? = nil,
      actions: [String] = ["*"], denied: [String] = []
    ) {
      self.name = name
      self.accessKeyId = accessKeyId
      self.secretAccessKey = secretAccessKey
      self.sessionToken = sessionToken
      self.actions = actions
      self.denied = denied
    }

    /// One with the managed policy IVSReadOnlyAccess: it sees channels, but no values of stream keys.
    public static let readOnly = Identity(
      name: "reader", accessKeyId: "AKIAREADER", secretAccessKey: "reading",
      actions: ["ivs:Get*", "ivs:List*", "ivs:BatchGetChannel", "cloudwatch:GetMetricData"],
      denied: ["ivs:GetStreamKey", "ivs:BatchGetStreamKey"])
  }

  /// Where the operations are: `http://127.0.0.1:PORT`.
  public let endpoint: URL
  /// Where tests turn and look at things.
  public let adminURL: URL
  /// The port of `ingestEndpoint`.
  public let ingestPort: Int
  /// The port of plain RTMP, for channels whose ingest may be insecure.
  public let plainIngestPort: Int
  /// The region of its channels.
  public let region: String
  /// Where what publishers send is recorded; it goes with the fake.
  public let recordings: URL
  /// The certificate to trust.
  public let authority: URL
  private let ready: Ready
  private let certificates: CertificateAuthority
  private let folder: TemporaryDirectory
  private let process: RunningProcess
  private let isEncrypted: Bool

  private struct Ready: Decodable {
    var port: Int
    var adminPort: Int
    var ingestPort: Int
    var plainIngestPort: Int
    var region: String
    var accessKeyId: String
    var secretAccessKey: String
    var recordings: String
  }

  /// Starts it and waits until it is ready.
  /// - Parameters:
  ///   - identities: who may sign requests beside the administrator of `environment`.
  ///   - region: the region of its channels.
  public init(
    encryption: Encryption = .ingest, identities: [Identity] = [], region: String = "us-west-2"
  ) async throws {
    folder = try TemporaryDirectory()
    certificates = try await CertificateAuthority()
    authority = certificates.certificate
    isEncrypted = if case .everything = encryption { true } else { false }
    var arguments = ["--region", region]
    if !identities.isEmpty {
      let text = String(decoding: try JSONEncoder().encode(identities), as: UTF8.self)
      arguments += ["--credentials", try folder.write(text, to: "identities.json").path]
    }
    if encryption != .nothing {
      let certificate = try await certificates.issue(for: ["localhost", "127.0.0.1"])
      arguments += ["--ingest-cert", certificate.chain.path, "--ingest-key", certificate.privateKey.path]
      if isEncrypted { arguments += ["--tls-cert", certificate.chain.path, "--tls-key", certificate.privateKey.path] }
    }
    process = try RunningProcess(Project.root.appending(path: "Tests/IVS/fake-ivs").path, arguments)
    let line = try await process.waitForLine(
      "ports of the fake Amazon IVS", in: [.standardOutput], within: .seconds(60)
    ) { $0.contains("adminPort") }
    ready = try JSONDecoder().decode(Ready.self, from: Data(line.utf8))
    guard let endpoint = URL(string: "\(isEncrypted ? "https" : "http")://127.0.0.1:\(ready.port)"),
      let adminURL = URL(string: "http://127.0.0.1:\(ready.adminPort)")
    else { throw HarnessError.unreadable(what: "the fake's ports", reason: line) }
    self.endpoint = endpoint
    self.adminURL = adminURL
    self.region = ready.region
    ingestPort = ready.ingestPort
    plainIngestPort = ready.plainIngestPort
    recordings = URL(filePath: ready.recordings)
  }

  /// What a client of AWS needs in its environment to be the administrator here.
  public var environment: [String: String] {
    variables(accessKeyID: ready.accessKeyId, secretAccessKey: ready.secretAccessKey, sessionToken: nil)
  }

  /// What a client of AWS needs in its environment to be another identity here.
  public func environment(of identity: Identity) -> [String: String] {
    variables(
      accessKeyID: identity.accessKeyId, secretAccessKey: identity.secretAccessKey,
      sessionToken: identity.sessionToken)
  }

  private func variables(accessKeyID: String, secretAccessKey: String, sessionToken: String?) -> [String: String] {
    AWSEnvironment(
      endpoint: endpoint, region: region, accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
      sessionToken: sessionToken, authority: isEncrypted ? authority : nil
    ).variables
  }

  /// The process id, for a look at whether it has ended.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// What it said of mistakes of its own.
  public var log: [String] { process.lines(of: .standardError) }

  /// Ends it and its servers, and waits for that.
  @discardableResult
  public func stop() async throws -> Termination { try await process.stop(within: .seconds(15)) }

  /// Makes channels named by a prefix and a number from 0 on, whatever the quota.
  @discardableResult
  public func createChannels(
    count: Int = 1, namePrefix: String = "channel-", type: String = "STANDARD", insecureIngest: Bool = false
  ) async throws -> [Channel] {
    struct Wanted: Encodable {
      var count: Int
      var namePrefix: String
      var type: String
      var insecureIngest: Bool
    }
    struct Made: Decodable { var channels: [Channel] }
    let wanted = Wanted(count: count, namePrefix: namePrefix, type: type, insecureIngest: insecureIngest)
    return try decoded(try await post("channels", wanted), as: Made.self).channels
  }

  /// Lets something go wrong with the next requests.
  public func fault(_ fault: Fault) async throws { try await post("fault", fault) }

  /// Changes limits, times and spellings.
  public func change(_ settings: Settings) async throws { try await post("settings", settings) }

  /// Adds an identity or replaces that of the same access key.
  public func add(_ identity: Identity) async throws { try await post("identities", identity) }

  /// Lets an identity's credentials expire now.
  public func expire(_ identity: Identity) async throws {
    try await post("identities/expire", ["accessKeyId": identity.accessKeyId])
  }

  /// All requests so far, oldest first, also the ones that were wrong.
  public func requests() async throws -> [Request] {
    struct All: Decodable { var requests: [Request] }
    return try decoded(try await get("requests"), as: All.self).requests
  }

  /// The requests that broke the service's description or were not signed right.
  public func violations() async throws -> [Request] { try await requests().filter { !$0.valid } }

  /// The metadata that was put so far.
  public func metadata() async throws -> [Metadata] {
    struct All: Decodable { var metadata: [Metadata] }
    return try decoded(try await get("metadata"), as: All.self).metadata
  }

  /// All channels with their keys and sessions, and the publishers that were refused.
  public func state() async throws -> State { try decoded(try await get("state"), as: State.self) }

  /// The sessions of a channel, oldest first.
  public func sessions(of channelARN: String) async throws -> [Session] {
    try await state().channels.first { $0.arn == channelARN }?.sessions ?? []
  }

  /// Sets the viewer count of a channel; -1 stands for a count that timed out.
  public func setViewers(_ count: Int, of channelARN: String) async throws {
    struct Wanted: Encodable {
      var channelArn: String
      var count: Int
    }
    try await post("viewers", Wanted(channelArn: channelARN, count: count))
  }

  /// Does something to the running stream of a channel.
  public func act(_ action: StreamAction, on channelARN: String, code: String? = nil) async throws {
    var wanted = ["channelArn": channelARN]
    wanted["code"] = code
    try await post(action.rawValue, wanted)
  }

  /// Brings the ingest into a state.
  public func setIngest(_ state: IngestState) async throws { try await post("ingest", ["state": state.rawValue]) }

  /// Posts to a path of the administration that has no method here (see `Tests/IVS/fake_ivs/admin.py`).
  @discardableResult
  public func post(_ path: String, _ body: some Encodable) async throws -> Data {
    let text = String(decoding: try JSONEncoder().encode(body), as: UTF8.self)
    return try await curl(path, ["--data-binary", text])
  }

  private func get(_ path: String) async throws -> Data { try await curl(path, []) }

  private func curl(_ path: String, _ arguments: [String]) async throws -> Data {
    let url = adminURL.appending(path: path).absoluteString
    let result = try await Tool.run("curl", ["-sS", "--fail-with-body", "--noproxy", "*"] + arguments + [url])
    return Data(result.standardOutput)
  }

  private func decoded<Value: Decodable>(_ data: Data, as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: data)
  }
}
