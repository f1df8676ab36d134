internal import CSRT
internal import Media

/// What concerns the SRT library as a whole.
enum SRTLibrary {
  private static let result: Int32 = {
    // It reports through return values as well; its log may name stream ids, and a console owns the terminal.
    unsafe srt_setloghandler(nil) { _, _, _, _, _, _ in }
    srt_setloglevel(2)
    return srt_startup()
  }()

  /// Starts the library's threads, once for the process, and silences it.
  static func start() throws(SRTError) {
    guard result >= 0 else { throw .library(reason: lastError) }
  }

  /// The calling thread's last error in the library's words.
  static var lastError: String {
    guard let text = unsafe srt_getlasterror_str() else { return "unknown" }
    return unsafe ForeignText.cleaned(String(cString: text))
  }
}
