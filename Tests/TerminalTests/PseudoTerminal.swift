import Glibc

/// A terminal whose other end is this test: it takes output only when the test reads it.
final class PseudoTerminal {
  let path: String
  private var controller: Int32
  private let keeper: Int32

  init(columns: UInt16 = 160, rows: UInt16 = 45) {
    // As posix_openpt, unlockpt and ptsname do it, which Glibc's module leaves out.
    controller = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    var (lock, number): (Int32, Int32) = (0, -1)
    _ = unsafe ioctl(controller, 0x4004_5431, &lock)
    _ = unsafe ioctl(controller, 0x8004_5430, &number)
    path = "/dev/pts/\(number)"
    // Held open, so that the controller's end does not report a hang-up between two openings.
    keeper = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = unsafe ioctl(keeper, UInt(TIOCSWINSZ), &size)
  }

  deinit {
    hangUp()
    close(keeper)
  }

  /// Takes the output that there is.
  @discardableResult
  func read() -> [UInt8] {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(controller, &buffer, buffer.count)
      guard count > 0 else { return all }
      all += buffer[..<count]
    }
  }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(controller, bytes, bytes.count)
  }

  /// The terminal goes away.
  func hangUp() {
    if controller >= 0 { close(controller) }
    controller = -1
  }

  /// The modes of the line, as one value to compare.
  var modes: [UInt32] {
    var modes = termios()
    unsafe tcgetattr(keeper, &modes)
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
  }
}
