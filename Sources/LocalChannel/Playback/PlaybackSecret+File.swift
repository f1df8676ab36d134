internal import Glibc
internal import Settings

extension PlaybackSecret {
  /// The user's own from its file; a new one where there is none, or where others could have read it.
  ///
  /// It is kept so that a bookmark, a QR code and a page that is open stay good for the next broadcast. Removing the
  /// file ends that. Where it cannot be kept it is good for this run.
  public static func load(_ path: String) -> PlaybackSecret {
    if isOwn(path), let text = try? TextFile.read(path, limit: 256, isFile: true),
      let kept = PlaybackSecret(kept: String(text.prefix { !$0.isNewline }))
    {
      return kept
    }
    let secret = PlaybackSecret()
    try? SavedFile.write(secret.text + "\n", to: path)
    return secret
  }

  private static func isOwn(_ path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_uid == geteuid()
      && facts.st_mode & 0o077 == 0
  }
}
