internal import CFFmpeg

/// What concerns the FFmpeg libraries as a whole.
public enum CodecLibrary {
  private static let silenced: Void = av_log_set_level(AV_LOG_QUIET)

  /// Stops the libraries from writing to the standard error, for the whole process; every wrapper here does so first.
  ///
  /// They report through return values as well, and a console owns the terminal.
  public static func silence() { silenced }

  /// Sets the largest piece of memory that the libraries may ask for, in bytes, for the whole process: a last bound
  /// against numbers of strangers, which has to be above the largest picture that is wanted.
  public static func limitAllocations(to bytes: Int) { av_max_alloc(bytes) }

  /// What FFmpeg calls the error `code`: `No such file or directory`.
  static func reason(_ code: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
      guard let start = buffer.baseAddress, unsafe av_strerror(code, start, buffer.count) == 0 else {
        return "error \(code)"
      }
      return unsafe String(cString: start)
    }
  }

  /// Turns FFmpeg's negative results into an error.
  @discardableResult
  static func check(_ result: Int32, _ error: (String) -> CodecError) throws(CodecError) -> Int32 {
    guard result < 0 else { return result }
    if result == cffmpeg_averror_enomem { throw .outOfMemory(what: "encoding and decoding") }
    throw error(reason(result))
  }
}
