internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Keeps the terminal free of what drivers and libraries print, while a full screen is on it.
///
/// Descriptors 1 and 2 lead here meanwhile; whoever prints is never made to wait. One thread at a time.
public final class LibraryOutputCapture {
  private let source: any DispatchSourceRead
  private let reader: Reader
  private var before: (output: Int32, error: Int32)?

  /// Begins; `onLine` gets each line as ``PrintedLines`` makes it, on a queue of its own.
  ///
  /// `nil` where standard error leads somewhere else than to a terminal: then it is where its reader wants it.
  public init?(onLine: @escaping @Sendable (String) -> Void) {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    var (reading, writing) = (Int32(-1), Int32(-1))
    guard unsafe clinux_pipe(&reading, &writing) == 0 else { return nil }
    let kept = (output: fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), error: fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3))
    guard kept.output >= 0, kept.error >= 0 else {
      for descriptor in [reading, writing, kept.output, kept.error] where descriptor >= 0 { close(descriptor) }
      return nil
    }
    before = kept
    let (reader, end) = (Reader(reading, onLine), reading)
    self.reader = reader
    source = DispatchSource.makeReadSource(fileDescriptor: reading, queue: DispatchQueue(label: "foreign-output"))
    source.setEventHandler { reader.read() }
    source.setCancelHandler { close(end) }
    source.activate()
    dup2(writing, STDOUT_FILENO)
    dup2(writing, STDERR_FILENO)
    close(writing)
  }

  deinit { end() }

  /// Gives the descriptors back; what was printed before is told first.
  ///
  /// Any number of times.
  public func end() {
    guard let kept = before else { return }
    before = nil
    // What a library has printed and libc still holds.
    _ = fflush(nil)
    dup2(kept.output, STDOUT_FILENO)
    dup2(kept.error, STDERR_FILENO)
    close(kept.output)
    close(kept.error)
    reader.finish()
    source.cancel()
  }
}

/// The other end of the pipe.
private final class Reader: Sendable {
  private let descriptor: Int32
  private let onLine: @Sendable (String) -> Void
  private let text = Mutex(PrintedLines())

  init(_ descriptor: Int32, _ onLine: @escaping @Sendable (String) -> Void) {
    self.descriptor = descriptor
    self.onLine = onLine
  }

  /// Reads what is there, but not for ever: a flood is read on at the next event.
  func read() {
    var bytes = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 {
      let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
      guard count > 0 else { return }
      for line in text.withLock({ $0.take(bytes[..<count], at: Self.now) }) { onLine(line) }
    }
  }

  func finish() {
    read()
    for line in text.withLock({ $0.finish(at: Self.now) }) { onLine(line) }
  }

  private static var now: Duration { .nanoseconds(clinux_monotonic_nanoseconds()) }
}
