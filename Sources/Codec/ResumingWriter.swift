internal import Glibc
internal import Media
public import Packets

/// A ``StreamWriter`` that begins a new file where writing failed and can succeed again: when there are descriptors
/// again, or room on the disk.
///
/// Blocks on the disk, as the writer does. Each file begins at zero of its own timeline and, where there is video, with
/// a keyframe.
public struct ResumingWriter: ~Copyable {
  /// What a caller may want to tell.
  public enum Event: Equatable, Sendable {
    /// Nothing is written until further notice; said once, however often it is tried.
    case failed(CodecError)
    /// Writing goes on, in this file.
    case resumed(path: String)
  }

  /// A disk with less room is not begun on anew.
  static let leastRoom = 64 << 20

  private let stream: StreamDescription
  private let next: () -> StreamWriter.Format
  private var writer: StreamWriter?
  /// Where the file goes that could not be begun.
  private var pending: StreamWriter.Format?
  private var origin: MediaTime?
  private var pause = ResumeBackoff()
  private var lastError: CodecError?
  private var isFinished = false

  /// Opens nothing before the first packet.
  /// - Parameter next: where each file goes; called once for each that begins.
  public init(_ stream: StreamDescription, next: @escaping () -> StreamWriter.Format) {
    self.stream = stream
    self.next = next
  }

  /// Whether the last packet was written.
  public var isWriting: Bool { writer != nil }

  /// Writes a packet, where that is possible now.
  public mutating func write(_ packet: EncodedPacket) -> Event? {
    guard !isFinished else { return nil }
    var resumed: Event?
    if writer == nil {
      guard isTimeToBegin(at: packet) else { return nil }
      let (format, isFirst) = (pending ?? next(), !pause.isWaiting)
      do { writer = try StreamWriter(format, stream) } catch {
        format.removeIfEmpty()
        pending = format
        return failed(error, at: packet.decodeTime, isNew: isFirst)
      }
      (pending, origin) = (nil, packet.decodeTime)
      pause.begin(at: packet.decodeTime)
      if !isFirst { resumed = .resumed(path: format.path) }
    }
    let start = origin ?? packet.decodeTime
    do { try writer?.write(packet.on(timelineFrom: start)) } catch {
      writer = nil
      return failed(error, at: packet.decodeTime, isNew: resumed == nil)
    }
    return resumed
  }

  /// Completes the file.
  public mutating func finish() throws(CodecError) {
    guard !isFinished else { return }
    isFinished = true
    try writer?.finish()
    writer = nil
  }

  private func isTimeToBegin(at packet: EncodedPacket) -> Bool {
    guard pause.isWaiting else { return true }
    guard stream.video == nil || packet.isKeyframe, pause.isDue(at: packet.decodeTime) else { return false }
    guard case .diskFull(let path)? = lastError else { return true }
    return StreamWriter.room(at: path).map { $0 >= Self.leastRoom } ?? true
  }

  private mutating func failed(_ error: CodecError, at time: MediaTime, isNew: Bool) -> Event? {
    lastError = error
    pause.fail(at: time)
    return isNew ? .failed(error) : nil
  }
}

extension StreamWriter {
  /// Bytes that are free where a file is; `nil` where the system does not say.
  fileprivate static func room(at path: String) -> Int? {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    var facts = statvfs()
    guard unsafe statvfs(folder, &facts) == 0 else { return nil }
    return Int(clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue)
  }
}

extension StreamWriter.Format {
  /// The recording or the playlist.
  var path: String {
    switch self {
    case .matroska(let path): path
    case .hls(let directory): directory + "/index.m3u8"
    }
  }

  /// A file of a recording that has several: after `a.mkv` come `a-part2.mkv`, `a-part3.mkv` and so on.
  public static func matroska(part number: Int, of path: String) -> StreamWriter.Format {
    guard number > 1 else { return .matroska(path: path) }
    let stem = path.hasSuffix(".mkv") ? String(path.dropLast(4)) : path
    return .matroska(path: "\(stem)-part\(number).mkv")
  }

  /// Takes away the empty file that a failed beginning may leave.
  fileprivate func removeIfEmpty() {
    guard case .matroska(let path) = self else { return }
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size == 0 else { return }
    _ = unsafe unlink(path)
  }
}
