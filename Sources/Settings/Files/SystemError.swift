internal import Glibc

/// What the system says of a call that failed.
public enum SystemError {
  /// An error number of errno(3) in words: `No space left on device`.
  public static func words(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
