internal import CNcurses
internal import Glibc
internal import Media

/// The words for an `errno`.
func systemMessage(_ number: Int32) -> String {
  var text = [CChar](repeating: 0, count: 128)
  _ = unsafe strerror_r(number, &text, text.count)
  return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The terminal's device: opened anew, so that not blocking is no matter of the shell that lent it.
final class TerminalDevice {
  let descriptor: Int32
  /// It hung up, or fails in a way that does not get better.
  private(set) var isGone = false
  /// Bytes taken by the terminal.
  private(set) var bytesWritten = 0

  init(path: String?, output: Int32) throws(TerminalError) {
    let candidates: [String]
    if let path {
      candidates = [path]
    } else {
      guard isatty(STDIN_FILENO) == 1, isatty(output) == 1 else { throw .notATerminal }
      // The second for those who became another user and may not open the first again.
      candidates = ["/proc/self/fd/0", "/dev/tty"]
    }
    var opened: Int32 = -1
    for candidate in candidates where opened < 0 {
      opened = unsafe open(candidate, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    }
    guard opened >= 0 else { throw .call("open", errno: errno) }
    guard isatty(opened) == 1 else {
      close(opened)
      throw .notATerminal
    }
    descriptor = opened
    let result = cterminal_remember(descriptor)
    guard result == 0 else { throw .call("tcgetattr", errno: result) }
  }

  deinit { close(descriptor) }

  /// The size as the kernel has it; 80 by 24 where nobody told it.
  var size: ScreenSize {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return ScreenSize(columns: 80, rows: 24)
    }
    return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  /// Whether the shell has given the terminal to this program.
  var isForeground: Bool {
    let group = tcgetpgrp(descriptor)
    // Not the controlling terminal: nobody else can be in the foreground.
    return group < 0 || group == getpgrp()
  }

  func enterRaw() throws(TerminalError) {
    let result = cterminal_enter_raw(descriptor)
    guard result == 0 else { throw .call("tcsetattr", errno: result) }
  }

  func leaveRaw() { if !isGone { cterminal_leave_raw(descriptor) } }

  /// Writes as much as the terminal takes before the deadline; answers how much that was.
  func write(_ bytes: ArraySlice<UInt8>, until deadline: MediaTime) -> Int {
    var written = 0
    while written < bytes.count, !isGone {
      let rest = bytes.dropFirst(written)
      let result = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if result > 0 {
        written += result
      } else if errno == EAGAIN {
        let milliseconds = (deadline - .now()).inMilliseconds
        guard milliseconds > 0, isReady(POLLOUT, within: Int32(milliseconds.rounded(.up))) else { break }
      } else if errno != EINTR {
        isGone = true
      }
    }
    bytesWritten += written
    return written
  }

  /// What was typed; empty when nothing was.
  func read(into buffer: inout [UInt8]) -> ArraySlice<UInt8> {
    guard !isGone else { return [] }
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { return buffer[..<count] }
    if count == 0 || (errno != EAGAIN && errno != EINTR) {
      // In the background a read fails as well (EIO), without the terminal being gone.
      isGone = isForeground || hasHungUp
    }
    return []
  }

  /// Waits for input, or for another descriptor to be readable.
  func waitForInput(within milliseconds: Int32, or other: Int32?, withKeys: Bool = true) {
    var waits = [pollfd(fd: isGone || !withKeys ? -1 : descriptor, events: Int16(POLLIN), revents: 0)]
    if let other { waits.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0)) }
    unsafe poll(&waits, UInt(waits.count), milliseconds)
  }

  private var hasHungUp: Bool { isReady(0, within: 0) }

  private func isReady(_ events: Int32, within milliseconds: Int32) -> Bool {
    var waited = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    guard unsafe poll(&waited, 1, milliseconds) > 0 else { return false }
    let hangUp = Int32(waited.revents) & (POLLHUP | POLLERR | POLLNVAL) != 0
    if hangUp { isGone = true }
    return hangUp ? events == 0 : Int32(waited.revents) & events != 0
  }
}
