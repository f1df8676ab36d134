internal import Media
internal import Settings

/// The tokens that are taken now, as their file changes, goes away and comes back.
///
/// Pure. A file that is wrong changes nothing, so that a slip of the pen throws nobody out; one that is gone, or that
/// cannot be read any more, is waited for as long as an editor needs to put a new one in its place, and then no token
/// is taken until it is back.
struct TokenStore {
  /// How long a file may be gone.
  static let grace: Duration = .seconds(10)

  /// What a look at the file gave.
  enum Reading {
    /// It has not changed.
    case same
    case file(TokenFile, FileStamp)
    /// It is there, and no tokens file.
    case wrong(OperatorFailure, FileStamp)
    /// It cannot be read; why.
    case gone(String)
  }

  /// What is worth a line in the log.
  enum Notice: Equatable {
    case loaded(Int)
    case wrong(OperatorFailure)
    case gone(String)
    case closed
  }

  /// Of the file that was read last.
  private(set) var stamp: FileStamp?
  private var file: TokenFile?
  private var goneSince: MediaTime?
  private var isClosed = false

  init(_ file: TokenFile?, _ stamp: FileStamp?) {
    self.file = file
    self.stamp = stamp
  }

  mutating func take(_ reading: Reading, at now: MediaTime) -> Notice? {
    switch reading {
    case .same:
      goneSince = nil
      return nil
    case .file(let fresh, let stamp):
      (file, self.stamp, goneSince, isClosed) = (fresh, stamp, nil, false)
      return .loaded(fresh.entries.count)
    case .wrong(let failure, let stamp):
      (self.stamp, goneSince) = (stamp, nil)
      return .wrong(failure)
    case .gone(let reason):
      // Whatever comes back is read.
      stamp = nil
      guard !isClosed else { return nil }
      guard let goneSince else {
        self.goneSince = now
        return .gone(reason)
      }
      guard now - goneSince >= Self.grace else { return nil }
      (file, isClosed) = (nil, true)
      return .closed
    }
  }

  /// The entry of a token; `nil` where there is none.
  func entry(of token: String) -> TokenFile.Entry? { file?.entry(of: token) }
  func entry(hash: String) -> TokenFile.Entry? { file?.entry(hash: hash) }
}
