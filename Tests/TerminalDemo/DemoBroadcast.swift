import Interface
import Media

/// A broadcast to a channel of Amazon IVS that only looks like one.
enum DemoBroadcast {
  private static let account = "arn:aws:ivs:eu-west-1:123456789012:channel/"

  /// On air, in an account with so many channels.
  static func onAir(channels count: Int) -> BroadcastStatus {
    var status = BroadcastStatus()
    status.phase = .live
    status.time = MediaTime(milliseconds: 100_000)
    status.onAirSeconds = 754
    status.verdict = Verdict(level: .good, reason: "delivered")
    status.choice.channel = account + "Id00007"
    status.channel = "rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app"
    status.playbackURL = "https://a1b2c3d4e5f6.eu-west-1.playback.live-video.net/api/video/v1/eu-west-1.channel.m3u8"
    status.offers.channels = [
      Offers.Channel(name: "local", kind: "local", detail: "this machine", hasKey: true),
      Offers.Channel(name: "backup", kind: "custom", detail: "rtmps://ingest.example.org/app", hasKey: true),
    ]
    status.offers.accountChannels = channels(count)
    status.offers.account.state = .ready
    status.offers.account.region = "eu-west-1"
    status.video.encoder = "libx264"
    status.video.source = "HD Pro Webcam C920, 1280x720@30 MJPEG"
    status.video.sourceState = .running
    (status.video.width, status.video.height) = (1280, 720)
    (status.video.targetFramesPerSecond, status.video.framesPerSecond) = (30, 29.97)
    (status.video.targetKilobitsPerSecond, status.video.kilobitsPerSecond) = (2500, 2487)
    status.audio.sourceState = .running
    status.audio.source = "LabMic, 48000 Hz stereo"
    status.audio.kilobitsPerSecond = 128
    status.transport.roundTripMilliseconds = 23
    status.machine.cores = 4
    status.service = service()
    return status
  }

  /// The same before anything is sent.
  static func idle(channels count: Int) -> BroadcastStatus {
    var status = onAir(channels: count)
    status.phase = .idle
    status.onAirSeconds = 0
    status.service?.state = .offline
    status.service?.health = "OFFLINE"
    status.service?.viewers = nil
    status.service?.received = nil
    status.service?.divergence = nil
    status.service?.explanation = "IVS ended it: more bits a second than the channel takes: lower the bitrate"
    return status
  }

  /// Before anything is sent, with names and words that are made to break a screen.
  static func hostile() -> BroadcastStatus {
    var status = idle(channels: 3)
    func evil(_ word: String) -> String {
      "\u{1B}]0;taken\u{7}\(word)\u{9B}31m\u{1B}[2J\u{1B}[5;5H\u{202E}drow\u{2066}\r\n\u{90}q\u{9C}e\u{301}\u{302}\u{303}\u{304}"
        + "\u{200D}\u{FE0F}\u{7}\u{8}\u{8}\u{8}\u{FEFF}\u{2028}\u{AD}\u{E0041}\u{1F1E9}\u{1F1EA}|"
    }
    status.choice.channel = evil("channel")
    status.channel = "rtmp://" + evil("host") + "/app"
    status.playbackURL = evil("watch")
    status.offers.channels.append(
      Offers.Channel(name: evil("channel"), kind: evil("kind"), detail: evil("detail"), hasKey: true))
    status.offers.cameras = [Offers.Device(specification: evil("spec"), name: evil("camera"), detail: evil("bus"))]
    status.choice.camera = evil("spec")
    status.video.source = evil("camera")
    status.audio.source = evil("microphone")
    status.verdict = Verdict(level: .bad, reason: evil("reason"))
    status.service?.explanation = evil("explanation")
    status.service?.events = [ServiceHealth.Event(clock: evil("clock"), name: evil("event"), code: evil("code"))]
    status.events = [BroadcastEvent(id: 1, clock: "14:31:00", severity: .warning, text: evil("event"))]
    return status
  }

  /// Channels of an account, by name.
  static func channels(_ count: Int) -> [Offers.Channel] {
    (0..<count).map { number in
      let digits = String(String(100_000 + number).dropFirst())
      let kinds = ["IVS STANDARD", "IVS BASIC", "IVS ADVANCED_SD", "IVS ADVANCED_HD"]
      var channel = Offers.Channel(
        name: "\(["arena", "church", "lecture-hall", "studio"][number % 4])-\(digits)", kind: kinds[number % 3],
        detail: "a1b2c3d\(digits).global-contribute.live-video.net", hasKey: false)
      channel.arn = "\(account)Id\(digits)"
      channel.isLive = number % 60 == 7
      return channel
    }
  }

  private static func service() -> ServiceHealth {
    var service = ServiceHealth(health: "STARVING", viewers: 128)
    service.state = .live
    service.startClock = "14:18:29"
    service.streamID = "st-1AbCdEfGhIjKlMnOpQrStUv"
    service.events = [
      ServiceHealth.Event(clock: "14:30:58", name: "Starvation Start", code: "StreamStarvation"),
      ServiceHealth.Event(clock: "14:18:31", name: "Stream Start"),
      ServiceHealth.Event(clock: "14:18:29", name: "Session Created"),
    ]
    service.found = "1280x720@30 avc1.4D401F, 2500 kbit/s announced"
    var received = ServiceHealth.Received()
    received.videoKilobits = 1410
    received.audioKilobits = 126
    received.framesPerSecond = 17.2
    received.keyframeSeconds = 3.4
    received.ageSeconds = 12
    service.received = received
    service.divergence = "IVS receives 1410 of 2487 kbit/s: the way there loses what is sent"
    service.channelType = "STANDARD"
    service.latencyMode = "LOW"
    service.metadataSent = 3
    return service
  }
}
