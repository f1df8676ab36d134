internal import CSRT

/// Why a server, or the library here, turned an SRT connection down.
public struct SRTRejection: Equatable, Sendable {
  /// What to think of it.
  public enum Kind: Equatable, Sendable {
    /// The passphrases differ, or only one end has one.
    case secret
    /// The server does not want this stream: its key, or what it is.
    case unwanted
    /// The server has no room, or is about to go.
    case busy
    /// The two ends do not fit each other.
    case incompatible
    /// Something failed on this machine.
    case local
  }

  /// `SRT_REJECT_REASON`, or a server's own code from 1000 on.
  public let code: Int

  /// Makes it of what `srt_getrejectreason` says.
  init(code: Int32) { self.code = Int(code) }

  /// What to think of it.
  public var kind: Kind {
    switch UInt32(clamping: code) {
    case SRT_REJ_BADSECRET.rawValue, SRT_REJ_UNSECURE.rawValue: .secret
    case SRT_REJ_PEER.rawValue: .unwanted
    case SRT_REJ_BACKLOG.rawValue, SRT_REJ_CLOSE.rawValue: .busy
    case SRT_REJ_SYSTEM.rawValue, SRT_REJ_RESOURCE.rawValue, SRT_REJ_IPE.rawValue: .local
    case 1402, 1500..<1600: .busy
    case 1000...: .unwanted
    default: .incompatible
    }
  }

  /// The reason in words, as part of a sentence.
  public var words: String {
    switch UInt32(clamping: code) {
    case SRT_REJ_SYSTEM.rawValue: "a system call failed"
    case SRT_REJ_PEER.rawValue: "it does not want this stream"
    case SRT_REJ_RESOURCE.rawValue: "out of resources"
    case SRT_REJ_ROGUE.rawValue: "what it sent is no SRT handshake"
    case SRT_REJ_BACKLOG.rawValue: "too many wait for it"
    case SRT_REJ_IPE.rawValue: "an internal error of the SRT library"
    case SRT_REJ_CLOSE.rawValue: "it is about to close"
    case SRT_REJ_VERSION.rawValue: "its SRT is too old or too new"
    case SRT_REJ_BADSECRET.rawValue: "wrong passphrase"
    case SRT_REJ_UNSECURE.rawValue: "one end has a passphrase and the other has none"
    case SRT_REJ_MESSAGEAPI.rawValue: "it wants a file, not a live stream"
    case SRT_REJ_CONGESTION.rawValue: "another congestion control"
    case SRT_REJ_FILTER.rawValue: "another packet filter"
    case SRT_REJ_GROUP.rawValue: "it takes bonded connections only"
    // A server's own codes (SRT's access control guidelines) follow HTTP's.
    case 1400: "bad request"
    case 1401: "the stream key is not known"
    case 1402: "overloaded"
    case 1403: "forbidden"
    case 1404: "no such stream"
    case 1409: "the stream is published already"
    case 1415: "unsupported media"
    case 1423: "locked"
    case 1500: "an error inside the server"
    case 1503: "out of service"
    case 1000...: "its code is \(code)"
    default: "reason \(code)"
    }
  }
}
