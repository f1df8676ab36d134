import Foundation
import Interface
import Media

@testable import Console

/// Broadcasts as they happen, for tests to look at.
enum Samples {
  static let full = TerminalTraits(colors: .trueColor, glyphs: .full)
  static let plain = TerminalTraits(colors: .mono, glyphs: .ascii)

  static let webcam = Offers.Device(
    specification: "usb:046d:0892:8E6F22", name: "HD Pro Webcam C920",
    detail: "/dev/video0, USB 1-2, up to 1920x1080@30",
    modes: ["1920x1080@30 MJPEG", "1280x720@30 MJPEG", "640x480@30 YUYV"])
  static let japanese = Offers.Device(
    specification: "usb:0411:02da", name: "バッファロー カメラ 高画質", detail: "/dev/video2, USB 1-4, up to 1280x720@30",
    modes: ["1280x720@30 MJPEG"])
  static let pattern = Offers.Device(specification: "test", name: "Test pattern", detail: "frame number and beep")

  static var offers: Offers {
    var offers = Offers()
    offers.cameras = [webcam, japanese, pattern]
    offers.microphones = [
      Offers.Device(specification: "hw:LabMic,1,0", name: "LabMic", detail: "hw:LabMic,1,0, 48 kHz stereo"),
      Offers.Device(specification: "hw:C920,0", name: "HD Pro Webcam C920", detail: "USB 1-2, 32 kHz stereo"),
      Offers.Device(specification: "test", name: "Test tone", detail: "a beep on each whole second"),
      Offers.Device(specification: "silence", name: "Silence", detail: "no sound"),
    ]
    offers.channels = [
      Offers.Channel(name: "local", kind: "local", detail: "127.0.0.1:1935", hasKey: true),
      Offers.Channel(
        name: "studio", kind: "IVS STANDARD", detail: "a1b2c3d4e5f6.global-contribute.live-video.net", hasKey: true),
      Offers.Channel(name: "backup", kind: "custom", detail: "ingest.example.org", hasKey: false),
    ]
    return offers
  }

  static var events: [BroadcastEvent] {
    [
      BroadcastEvent(id: 1, clock: "14:03:18", severity: .info, text: "camera HD Pro Webcam C920, 1280x720@30 MJPEG"),
      BroadcastEvent(id: 2, clock: "14:03:18", severity: .info, text: "microphone LabMic, 48000 Hz stereo"),
      BroadcastEvent(id: 3, clock: "14:03:20", severity: .notice, text: "live on studio"),
      BroadcastEvent(id: 4, clock: "14:10:41", severity: .warning, text: "network too slow: 3 % lost"),
      BroadcastEvent(id: 5, clock: "14:11:02", severity: .info, text: "video bitrate 2500 kbit/s"),
      BroadcastEvent(id: 6, clock: "14:20:09", severity: .error, text: "camera lost: HD Pro Webcam C920 was unplugged"),
      BroadcastEvent(id: 7, clock: "14:20:31", severity: .notice, text: "camera is back"),
      BroadcastEvent(id: 8, clock: "14:31:00", severity: .notice, text: "mark 00:27:40: second half begins"),
    ]
  }

  /// Before anything is sent.
  static var idle: BroadcastStatus {
    var status = BroadcastStatus()
    status.phase = .idle
    status.time = MediaTime(milliseconds: 500_000)
    status.offers = offers
    status.channel = "rtmp://127.0.0.1:1935/app"
    status.playbackURL = "http://127.0.0.1:8088/local.m3u8"
    status.choice.camera = webcam.specification
    status.choice.microphone = "hw:LabMic,1,0"
    status.video.source = "HD Pro Webcam C920, 1280x720@30 MJPEG"
    status.video.sourceState = .running
    (status.video.width, status.video.height) = (1280, 720)
    (status.video.targetFramesPerSecond, status.video.framesPerSecond) = (30, 30)
    status.video.targetKilobitsPerSecond = 2500
    (status.video.kilobitsPerSecond, status.audio.kilobitsPerSecond, status.video.encodeMilliseconds) = (0, 0, 0)
    (status.transport.bytesAcknowledgedByTransport, status.transport.kernelQueueMilliseconds) = (0, 0)
    (status.transport.roundTripMilliseconds, status.transport.captureToSocketMilliseconds) = (0, 0)
    status.audio.source = "LabMic, 48000 Hz stereo"
    status.audio.sourceState = .running
    status.audio.levels = AudioLevels()
    status.audio.levels?.channels[0].peak = -11.4
    status.audio.levels?.channels[0].rms = -19.6
    status.audio.levels?.channels[1].peak = -14.2
    status.audio.levels?.channels[1].rms = -23.1
    status.audio.levels?.shortTermLoudness = -22.8
    status.machine.processPercent = 9
    status.machine.systemPercent = 14
    status.machine.cores = 4
    status.machine.celsius = 52
    status.events = Array(events.prefix(2))
    return status
  }

  /// On air without a fault.
  static var live: BroadcastStatus {
    var status = idle
    status.phase = .live
    status.choice.channel = "studio"
    status.channel = "rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app"
    status.playbackURL = "https://a1b2c3d4e5f6.eu-west-1.playback.live-video.net/api/video/v1/studio.m3u8"
    status.onAirSeconds = 4353
    status.verdict = Verdict(level: .good, reason: "delivered")
    status.video.encoder = "libx264"
    status.video.framesPerSecond = 29.97
    status.video.kilobitsPerSecond = 2487
    status.video.framesEncoded = 130_590
    status.video.encodeMilliseconds = 6.1
    status.audio.kilobitsPerSecond = 128
    status.transport.bytesSent = 1_412_000_000
    status.transport.bytesAcknowledgedByTransport = 1_411_600_000
    status.transport.roundTripMilliseconds = 23
    status.transport.queueMilliseconds = 12
    status.transport.kernelQueueMilliseconds = 31
    status.transport.captureToSocketMilliseconds = 58
    status.machine.processPercent = 46
    status.machine.systemPercent = 31
    status.machine.celsius = 61
    status.events = events
    return status
  }

  static let arn = "arn:aws:ivs:eu-west-1:123456789012:channel/"

  /// The account's channels as a broadcaster offers them: names, and ARNs where a name is not unique.
  static func account(_ count: Int) -> [Offers.Channel] {
    (0..<count).map { number in
      let digits = String(String(10_000 + number).dropFirst())
      let isNamed = number % 50 != 7
      var channel = Offers.Channel(
        name: isNamed ? "venue-\(digits)" : "\(arn)AbCd\(digits)Ef",
        kind: ["IVS STANDARD", "IVS BASIC", "IVS ADVANCED_HD"][number % 3],
        detail: "a1b2c3d4\(digits).global-contribute.live-video.net", hasKey: false)
      channel.arn = "\(arn)AbCd\(digits)Ef"
      channel.isLive = number % 9 == 2
      return channel
    }
  }

  /// Before anything is sent, with an account.
  static var idleWithAccount: BroadcastStatus {
    var status = idle
    status.offers.accountChannels = account(40)
    status.offers.account.state = .ready
    status.offers.account.region = "eu-west-1"
    return status
  }

  /// On air, as IVS says itself.
  static var onAir: BroadcastStatus {
    var status = live
    status.offers.accountChannels = account(40)
    status.offers.account.state = .ready
    status.choice.channel = "\(arn)AbCd0003Ef"
    status.events[2].text = "live on venue-0003"
    var service = ServiceHealth(health: "HEALTHY", viewers: 128)
    service.state = .live
    service.startClock = "13:18:29"
    service.streamID = "st-1AbCdEfGhIjKlMnOpQrStUv"
    service.events = [
      ServiceHealth.Event(clock: "13:18:31", name: "Stream Start"),
      ServiceHealth.Event(clock: "13:18:29", name: "Session Created"),
    ]
    service.found = "1280x720@30 avc1.4D401F, 2500 kbit/s announced"
    service.channelType = "STANDARD"
    service.latencyMode = "LOW"
    status.service = service
    return status
  }

  /// IVS receives less than what is sent, and says so.
  static var starving: BroadcastStatus {
    var status = onAir
    status.verdict = Verdict(level: .bad, reason: "IVS receives too little")
    var received = ServiceHealth.Received()
    received.videoKilobits = 1410
    received.audioKilobits = 126
    received.framesPerSecond = 17.2
    received.keyframeSeconds = 3.4
    received.ageSeconds = 12
    status.service?.health = "STARVING"
    status.service?.received = received
    status.service?.divergence = "IVS receives 1410 of 2487 kbit/s: the way there loses what is sent"
    status.service?.events.insert(
      ServiceHealth.Event(clock: "14:30:58", name: "Starvation Start", code: "StreamStarvation"), at: 0)
    status.service?.metadataSent = 3
    status.service?.metadataQueued = 1
    return status
  }

  /// Packets go out; IVS does not show the stream, and cannot be asked right now.
  static var sending: BroadcastStatus {
    var status = onAir
    status.onAirSeconds = 4
    var service = ServiceHealth(health: "UNKNOWN")
    service.state = .unknown
    service.problem = "GetStream is throttled, asked again in 8 s"
    service.explanation = "IVS ended it: more bits a second than the channel takes: lower the bitrate"
    service.events = [ServiceHealth.Event(clock: "14:30:12", name: "Ingest Bitrate", code: "LimitBreach")]
    service.channelType = "BASIC"
    service.latencyMode = "NORMAL"
    status.service = service
    return status
  }

  static var slowNetwork: BroadcastStatus {
    var status = live
    status.verdict = Verdict(level: .warning, reason: "network too slow: 3 % lost")
    status.video.droppedByNetwork = 214
    status.video.kilobitsPerSecond = 1830
    status.transport.queueMilliseconds = 540
    status.transport.kernelQueueMilliseconds = 120
    status.transport.roundTripMilliseconds = 187
    status.reconnects = 1
    status.audio.levels?.clippedSamples = 12
    return status
  }

  static var cameraLost: BroadcastStatus {
    var status = live
    status.verdict = Verdict(level: .bad, reason: "camera lost, sending the slate")
    status.video.sourceState = .lost
    status.video.isSlate = false
    status.offers.cameras.removeFirst()
    return status
  }

  static var connecting: BroadcastStatus {
    var status = idle
    status.phase = .connecting
    status.choice.channel = "studio"
    status.channel = "rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app"
    status.verdict = Verdict(level: .pending, reason: "starting")
    return status
  }

  static var waiting: BroadcastStatus {
    var status = live
    status.phase = .waiting
    status.retryInSeconds = 3.2
    status.reconnects = 2
    status.video.kilobitsPerSecond = 0
    status.verdict = Verdict(level: .bad, reason: "connection reset by peer")
    return status
  }

  static var muted: BroadcastStatus {
    var status = live
    status.audio.isMuted = true
    status.audio.levels = AudioLevels()
    status.video.isSlate = true
    let recording = #"{"path": "/var/lib/ivs-broadcast/2026-05-04-1403.mp4", "bytes": 640000000}"#
    status.recording = try? JSONDecoder().decode(BroadcastStatus.Recording.self, from: Data(recording.utf8))
    return status
  }

  /// A console that has seen a minute and a half of this status.
  static func state(
    _ status: BroadcastStatus, columns: Int = 80, rows: Int = 24, traits: TerminalTraits = full,
    isFirstRun: Bool = false
  ) -> ConsoleState {
    var reducer = Reducer(
      state: ConsoleState(
        size: ScreenSize(columns: columns, rows: rows), settings: ConsoleSettings(traits: traits),
        isFirstRun: isFirstRun))
    let seconds = status.phase == .live || status.phase == .waiting ? 90 : 2
    for second in 0...seconds { _ = reducer.handle(.status(past(status, secondsAgo: seconds - second))) }
    if let request = pictureSize(of: reducer.state), status.video.sourceState == .running {
      _ = reducer.handle(.picture(picture(request, traits)))
    }
    return reducer.state
  }

  /// The status as it was, with counters that give a lively graph.
  private static func past(_ status: BroadcastStatus, secondsAgo: Int) -> BroadcastStatus {
    var past = status
    past.time = MediaTime(milliseconds: status.time.milliseconds - Int64(secondsAgo) * 1000)
    guard status.phase == .live else { return past }
    let isSlow = status.video.droppedByNetwork > 0
    var bytes = 0
    for second in 0..<secondsAgo {
      let wave = [0, 14, 31, 22, 5, -18, -40, -12][second % 8] * 1000
      bytes += (isSlow && second < 14 ? 240_000 : 325_000) + wave
    }
    past.transport.bytesSent -= bytes
    past.transport.bytesAcknowledgedByTransport? -= isSlow && secondsAgo < 8 ? bytes * 3 / 4 : bytes
    past.video.framesEncoded -= secondsAgo * 30
    past.video.droppedByNetwork -= isSlow ? min(secondsAgo, 9) : 0
    if secondsAgo > 2 { past.audio.levels?.clippedSamples = 0 }
    return past
  }

  private static func pictureSize(of state: ConsoleState) -> ScreenSize? {
    Layout(LayoutNeeds(state), size: state.size)?.panels[.picture].map { PicturePanel.place(in: $0).size }
  }
}
