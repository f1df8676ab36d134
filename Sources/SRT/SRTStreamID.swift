public import Media
public import Networking

/// What is wrong with a stream key as an SRT stream id; never says the key.
public enum SRTStreamIDError: ExplainedError, Equatable, Sendable {
  case empty
  case tooLong(bytes: Int)
  case noPlaceForPriority

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .empty: Explanation("the stream key is empty", "give it with `stream-key-file` or IVS_STREAM_KEY")
    case .tooLong(let bytes):
      Explanation(
        "the stream key makes an SRT stream id of \(bytes) bytes, at most \(SRTStreamID.byteLimit) are possible",
        "check what the file holds")
    case .noPlaceForPriority:
      Explanation(
        "the stream key holds a ',' or a '=', which SRT cannot carry beside a priority",
        "publish over rtmps:// instead")
    }
  }
}

/// What tells a server which stream comes: the stream key, as SRT carries it.
///
/// SRT sends it in its handshake, unencrypted also where there is a passphrase.
public struct SRTStreamID: Secret {
  /// `<stream id>`.
  public static let placeholder = "<stream id>"
  /// The most bytes that a stream id may have (`SRTO_STREAMID`).
  public static let byteLimit = 512

  /// The stream id as the library takes it.
  let value: String

  /// The stream id for a key.
  /// - Parameters:
  ///   - key: as RTMP has it: a priority may stand behind it, `KEY?priority=N`.
  ///   - priority: lets this stream take over a running one with a lower one (IVS stream takeover); 1…2,147,483,647,
  ///     others are brought into that range. It counts more than one in the key.
  public init(key: String, priority: Int? = nil) throws(SRTStreamIDError) {
    let name = key.prefix { $0 != "?" }
    guard !name.isEmpty else { throw .empty }
    guard let wanted = priority ?? Self.priority(in: key) else {
      try self.init(checking: key)
      return
    }
    // The access control syntax of SRT: `#!::` and then names with values.
    guard !name.contains(","), !name.contains("=") else { throw .noPlaceForPriority }
    try self.init(checking: "#!::u=\(name),priority=\(max(1, min(Int(Int32.max), wanted)))")
  }

  private init(checking text: String) throws(SRTStreamIDError) {
    guard text.utf8.count <= Self.byteLimit else { throw .tooLong(bytes: text.utf8.count) }
    value = text
  }

  private static func priority(in key: String) -> Int? {
    guard let mark = key.firstRange(of: "?priority=") else { return nil }
    return Int(key[mark.upperBound...].prefix { $0 != "&" })
  }
}
