/// Something that an operator wants of the broadcaster.
///
/// Each is answered, see ``Engine/perform(_:)``.
public enum Intent: Codable, Equatable, Sendable {
  /// Connects to the chosen channel and sends.
  case goLive
  /// The same, and takes over the stream that somebody else sends there.
  case takeOver
  /// Ends the broadcast; the preview goes on.
  case stop
  /// Sends silence, or no longer.
  case mute(Bool)
  /// Amplifies by this much, within ``gainDecibels``.
  case gain(decibels: Double)
  /// Another camera, by its SPEC; live too.
  case camera(String)
  /// Another microphone, by its SPEC; live too.
  case microphone(String)
  /// Other inputs of the microphone's card: `auto`, `4`, `1+2`; live too.
  case microphoneInputs(String)
  /// Another channel, by its name; not while live.
  case channel(String)
  /// Geometry and rate, `1280x720@30`; not while live.
  case video(String)
  /// Another bitrate, within ``videoKilobits``; live too.
  case videoBitrate(kilobits: Int)
  /// Lets the bitrate follow the network, or no longer; live too.
  case adaptiveBitrate(Bool)
  /// The least bitrate that it follows to, within ``videoKilobits``; live too.
  case videoBitrateMinimum(kilobits: Int)
  /// How far behind the stream may fall, within ``delayLimits``; live too.
  case delayLimit(milliseconds: Int)
  /// Another preset of libx264; not while live.
  case videoPreset(String)
  /// Sends the slate instead of the picture, or no longer.
  case slate(Bool)
  /// Writes a remark into the log, with the time on air.
  case mark(String)
  /// Sends a text to the viewers' players with the stream, 1…1024 bytes of UTF-8.
  case metadata(String)
  /// Reconnects now.
  case reconnect
  /// Starts or ends a recording beside the broadcast.
  case record(Bool)
  /// Writes the next picture to a PNG; an event says where.
  case snapshot
  /// Looks for devices again.
  case refreshDevices
  /// Keeps a channel as a profile in the settings and chooses it.
  case saveChannel(ChannelProfile)
  /// Forgets a profile.
  case removeChannel(String)
  /// Reloads the list of the AWS account's channels.
  case refreshChannels
  /// Makes a channel in the AWS account, and chooses it.
  case createChannel(NewChannel)
  /// Asks CloudWatch for what the service receives, or no longer; its account pays for each time.
  case serviceFigures(Bool)
  /// Reads the settings file again and takes over what can change live.
  case reload
}
