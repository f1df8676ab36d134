internal import CLinux
internal import Glibc
public import Media

/// Why a camera or a microphone cannot be listed, opened or read.
public enum DeviceError: ExplainedError, Hashable, Sendable {
  /// What kind of device is meant, for the advice in the message.
  public enum Kind: String, Hashable, Sendable {
    case camera, microphone
  }

  /// `auto` was asked for and the machine has no usable device of the kind.
  case noneFound(Kind)
  /// Nothing answers to the specification.
  case noSuchDevice(Kind, specification: String)
  /// Several devices answer to the specification; each candidate is a specification that names one of them.
  case ambiguous(Kind, specification: String, candidates: [String])
  /// Another program streams from it (`EBUSY`).
  case busy(Kind, device: String)
  /// The user may not open the node (`EACCES`); `groupMayOpen` tells whether being in the group would help.
  case permission(Kind, device: String, group: String, groupMayOpen: Bool)
  /// It was there and went away (`ENODEV`, `EIO`).
  case disconnected(Kind, device: String)
  /// It cannot do what was asked for; `what` is half a sentence.
  case unsupported(Kind, device: String, what: String)
  /// A sound card has fewer inputs than were asked for.
  case tooFewInputs(device: String, inputs: Int, wanted: Int)
  /// The USB bus has no room for the mode (`ENOSPC` at VIDIOC_STREAMON).
  case noBandwidth(device: String)
  /// A call failed in a way that has no name of its own.
  case call(String, errno: Int32, device: String)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .noneFound(.camera):
      Explanation("no usable camera found", "connect one, or use `camera` test for a test picture or `camera` none")
    case .noneFound(.microphone):
      Explanation(
        "no usable microphone found", "connect one, or use `microphone` test for a test tone or `microphone` silence")
    case .noSuchDevice(let kind, let specification):
      Explanation(
        "no \(kind.rawValue) answers to \(specification)", "`ivs-broadcast devices` lists those that are there")
    case .ambiguous(let kind, let specification, let candidates):
      Explanation(
        "several \(kind.rawValue)s answer to \(specification)", "choose one of \(candidates.joined(separator: ", "))")
    case .busy(.camera, let device):
      Explanation(
        "\(device) is in use by another program", "`fuser -v \(device)` shows which; end it or choose another camera")
    case .busy(.microphone, let device):
      Explanation(
        "\(device) is in use by another program",
        "`fuser -v /dev/snd/*` shows which; end it or choose another microphone")
    case .permission(_, let device, let group, true):
      Explanation(
        "\(device) may only be opened by the group \(group)", "run `sudo usermod -aG \(group) $USER` and log in again")
    case .permission(_, let device, let group, false):
      Explanation(
        "\(device) (group \(group)) may not even be opened by its group",
        "run `sudo chmod g+rw \(device)` and be a member (`sudo usermod -aG \(group) $USER`, then log in again)")
    case .disconnected(let kind, let device):
      Explanation(
        "\(device) was disconnected or stopped working", "check the \(kind.rawValue)'s cable and connect it again")
    case .unsupported(_, let device, let what):
      Explanation("\(device) \(what)", "`ivs-broadcast devices` shows what it can do")
    case .tooFewInputs(let device, let inputs, let wanted):
      Explanation(
        "\(device) has \(inputs) \(inputs == 1 ? "input" : "inputs"), so none is number \(wanted)",
        "choose another with `microphone-inputs`")
    case .noBandwidth(let device):
      Explanation(
        "\(device): its USB bus has no room for this mode", "use another USB port, or a smaller `video` size or rate")
    case .call(let name, let errno, let device): Explanation("\(device): \(name) failed: \(Self.text(ofErrno: errno))")
    }
  }

  /// The system's words for an errno value.
  static func text(ofErrno number: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, unsafe strerror_r(number, base, buffer.count) == 0 else {
        return "error \(number)"
      }
      return unsafe String(cString: base)
    }
  }

  /// The error for `errno` of `call` on a device node or name that is already open or about to be opened.
  static func from(errno number: Int32, call: String, kind: Kind, device: String) -> DeviceError {
    switch number {
    case ENOENT, ENXIO: .noSuchDevice(kind, specification: device)
    case EBUSY: .busy(kind, device: device)
    case ENODEV, EIO: .disconnected(kind, device: device)
    case EACCES, EPERM: permission(kind, node: device)
    default: .call(call, errno: number, device: device)
    }
  }

  /// The refusal of `node`, with the group that owns it.
  static func permission(_ kind: Kind, node: String) -> DeviceError {
    var (mode, group, device): (UInt32, UInt32, UInt64) = (0, 0, 0)
    guard unsafe clinux_node(node, &mode, &group, &device) == 0 else {
      let usual = kind == .camera ? "video" : "audio"
      return .permission(kind, device: node, group: usual, groupMayOpen: true)
    }
    return .permission(kind, device: node, group: groupName(group), groupMayOpen: mode & 0o060 == 0o060)
  }

  private static func groupName(_ id: UInt32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let base = buffer.baseAddress, unsafe clinux_group_name(id, base, buffer.count) == 0 else { return "\(id)" }
      return unsafe String(cString: base)
    }
  }
}
