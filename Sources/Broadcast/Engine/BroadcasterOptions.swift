public import BroadcastConfiguration
public import Settings

/// What differs between those who run a ``Broadcaster``: the console, `stream`, a kiosk.
public struct BroadcasterOptions: Sendable {
  /// Sources run off air too, for somebody who looks at them; devices and the account's channels are looked for.
  public var hasPreview: Bool
  /// The end of the first broadcast is the end: nothing goes live again.
  public var endsWithBroadcast: Bool
  /// Where choices are kept for the next time; `nil` is nowhere.
  public var settingsFile: String?
  /// Others may read what is logged: the local channel's playback URL does not go there.
  public var isLogShared: Bool

  /// Reads the settings file again, with the options over it; `nil` where the choices made here are what counts.
  public var readSettings: (@Sendable () throws(OperatorFailure) -> [SettingKey: SettingValue])?

  /// For somebody at the controls, whose choices are kept in `settingsFile`.
  public static func console(settingsFile: String?) -> Self {
    Self(hasPreview: true, endsWithBroadcast: false, settingsFile: settingsFile, isLogShared: false)
  }

  /// For one broadcast that begins and ends by itself.
  public static func stream(
    isLogShared: Bool = false,
    readSettings: (@Sendable () throws(OperatorFailure) -> [SettingKey: SettingValue])? = nil
  ) -> Self {
    Self(
      hasPreview: false, endsWithBroadcast: true, settingsFile: nil, isLogShared: isLogShared,
      readSettings: readSettings)
  }
}
