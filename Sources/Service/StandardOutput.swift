internal import Glibc
internal import Synchronization

/// Standard output, kept for the program's own results: drivers and libraries print there too.
public enum StandardOutput {
  /// The program's own copy; negative until it is claimed.
  private static let own = Atomic<Int32>(-1)

  /// Where results go: the program's own copy of standard output once it is claimed.
  public static var descriptor: Int32 {
    let copy = own.load(ordering: .relaxed)
    return copy < 0 ? STDOUT_FILENO : copy
  }

  /// Keeps standard output for ``descriptor`` alone, no child's either; what anything else prints there goes to standard
  /// error.
  ///
  /// Once, before any other thread runs.
  public static func claim() {
    openMissing()
    let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { return }
    own.store(copy, ordering: .relaxed)
    dup2(STDERR_FILENO, STDOUT_FILENO)
  }

  /// Makes descriptor 1 standard output again, for what is printed as the program ends.
  public static func giveBack() {
    // What a library has printed and libc still holds goes where all of it went.
    _ = fflush(nil)
    let copy = own.exchange(-1, ordering: .relaxed)
    guard copy >= 0 else { return }
    dup2(copy, STDOUT_FILENO)
    close(copy)
  }

  /// A standard descriptor that came closed would become the next file that is opened, a camera or a recording.
  private static func openMissing() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, and those below are there already.
      _ = unsafe open("/dev/null", O_RDWR)
    }
  }
}
