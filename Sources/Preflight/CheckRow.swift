public import Settings

/// One thing that was looked at before going live.
public struct CheckRow: Encodable, Equatable, Sendable {
  /// What is looked at; the order is that of a report.
  public enum Identifier: String, Codable, CaseIterable, Sendable {
    case settings, camera, microphone, encoder, recording, machine
    case credentials, account, clock, channel, limits, key, live
    case dns, tcp, tls, proxy, upload

    /// What people read.
    public var title: String {
      switch self {
      case .settings: "settings"
      case .camera: "camera"
      case .microphone: "microphone"
      case .encoder: "encoder"
      case .recording: "recording"
      case .machine: "machine"
      case .credentials: "AWS credentials"
      case .account: "AWS account"
      case .clock: "clock"
      case .channel: "channel"
      case .limits: "channel limits"
      case .key: "key or token"
      case .live: "channel free"
      case .dns: "DNS"
      case .tcp: "TCP"
      case .tls: "TLS"
      case .proxy: "proxy"
      case .upload: "upload"
      }
    }
  }

  /// How it is.
  public enum Verdict: String, Codable, Sendable {
    /// Good.
    case pass
    /// A broadcast goes, but something about it should be known.
    case warn
    /// A broadcast would not go.
    case fail
    /// Not looked at: it does not apply, or what it needs is missing.
    case skipped
  }

  /// What was looked at.
  public let identifier: Identifier
  /// The same for people.
  public var title: String { identifier.title }
  /// How it is.
  public let verdict: Verdict
  /// What was found, or what is wrong; never with a secret.
  public let cause: String
  /// What to do; `nil` where nothing has to be done.
  public let remedy: String?
  /// How long looking took.
  public let seconds: Double
  /// The exit code that belongs to a failure.
  public let exitStatus: ExitStatus?

  private enum CodingKeys: CodingKey { case identifier, title, verdict, cause, remedy, seconds }

  /// Everything but the exit code, which is the report's.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(identifier, forKey: .identifier)
    try container.encode(title, forKey: .title)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(cause, forKey: .cause)
    try container.encodeIfPresent(remedy, forKey: .remedy)
    try container.encode((seconds * 1000).rounded() / 1000, forKey: .seconds)
  }
}

extension CheckRow {
  /// The row of a finding.
  init(_ identifier: Identifier, _ finding: CheckFinding, seconds: Double) {
    self.init(
      identifier: identifier, verdict: finding.verdict, cause: finding.cause, remedy: finding.remedy,
      seconds: seconds, exitStatus: finding.exitStatus)
  }
}
