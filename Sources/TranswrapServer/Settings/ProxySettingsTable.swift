public import Settings

extension ProxySettings {
  /// Every setting with its default and what it means: lists and the sample file come from here.
  public static let table: [SettingRow] = [
    SettingRow(
      "listen", "127.0.0.1:8080",
      "Where clients connect. Without TLS on loopback only, or with `insecure`.", isSet: true),
    SettingRow("tls-certificate", "/etc/ivs-transwrap/fullchain.pem", "PEM file with the certificate and its chain."),
    SettingRow("tls-key", "/etc/ivs-transwrap/privkey.pem", "PEM file with the certificate's private key."),
    SettingRow(
      "tokens", "tokens.yaml",
      "File with the hashed tokens of the clients; `ivs-transwrap token add --file tokens.yaml --channel venue --name TEXT` makes it.",
      isSet: true),
    SettingRow(
      "channels", "",
      "Where each channel goes; clients connect to wss://HOST/v1/publish/CHANNEL, or ws:// without TLS.", isSet: true,
      rows: [
        SettingRow(
          "venue", "", "the channel's name", isSet: true,
          rows: [
            SettingRow(
              "ingest", "rtmps://a1b2c3d4e5f6.global-contribute.live-video.net:443/app", "rtmps:// or rtmp://",
              isSet: true),
            SettingRow(
              "stream-key-file", "venue.key", "one line; or TRANSWRAP_KEY_VENUE in the environment", isSet: true),
            SettingRow("takeover", "auto", "reconnect as a takeover: auto (at IVS), always or never"),
          ])
      ]),
    SettingRow(
      "allow", "[ingest.example.net, 10.0.0.7:1935]", "Hosts that may be published to, besides *.live-video.net."),
    SettingRow(
      "jwt", "", "Also accept tokens signed by this issuer, such as an Amazon Cognito user pool.",
      rows: [
        SettingRow("issuer", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE", "the claim `iss`"),
        SettingRow("jwks", "/etc/ivs-transwrap/jwks.json", "file or https URL with the issuer's keys"),
        SettingRow("audience", "1example23456789", "the claim `aud` or `client_id`"),
        SettingRow("channels-claim", "cognito:groups", "the claim that lists the channels"),
      ]),
    SettingRow(
      "original-urls", "false",
      "Also accept clients of aws-simple-streaming-webapp, with their key in the path; allowed ingests only."),
    SettingRow(
      "limits", "", "What clients may use; more is refused.",
      rows: [
        SettingRow("sessions", "500", "at once"),
        SettingRow("original-sessions", "250", "of these, sessions with `original-urls`"),
        SettingRow("sessions-per-token", "20", "at once"),
        SettingRow("sessions-per-address", "100", "at once; an IPv6 /64 counts as one address"),
        SettingRow("transcodes", "2", "pictures that are re-encoded at once, each on a processor of its own"),
        SettingRow("bitrate", "12000k", "of one session, averaged over 5 s"),
        SettingRow("messages", "1000", "frames a second of one session, averaged over 5 s"),
        SettingRow("total-bitrate", "2000000k", "of all sessions (default: no limit)"),
        SettingRow("message-bytes", "4194304", "of one WebSocket message"),
        SettingRow("idle", "15s", "without media from a client"),
        SettingRow("handshake", "5s", "for TLS, request and first frame"),
        SettingRow("resume", "20s", "for a lost client to come back"),
        SettingRow("reconnect", "300s", "to retry a lost ingest"),
      ]),
    SettingRow("drain", "60s", "How long sessions may take to end after SIGTERM."),
    SettingRow(
      "insecure", "false", "Listen without TLS beyond loopback; only behind a load balancer that terminates TLS."),
    SettingRow("behind-proxy", "false", "Take client addresses from X-Forwarded-For, behind a load balancer."),
    SettingRow(
      "admin-listen", "127.0.0.1:9464",
      "Where /healthz, /readyz and /metrics are (default: nowhere). Not for the internet."),
    SettingRow("web", "/usr/share/ivs-transwrap/web", "Directory of the page that broadcasts from a browser."),
    SettingRow(
      "tls-ca-file", "/etc/ivs-transwrap/ca.pem",
      "Trust the authorities in this PEM file at ingests, instead of the system's."),
    SettingRow("log-format", "text", "text or json."),
    SettingRow("log-level", "info", "trace, debug, info, notice, warning or error."),
  ]

  /// A settings file to begin with: it serves once ingest, key and tokens are there.
  public static let example =
    """
    # Settings of ivs-transwrap. To begin:
    # 1. put the channel's ingest below, and its stream key into the file venue.key
    # 2. ivs-transwrap token add --file tokens.yaml --channel venue --name "camera 1"
    # 3. ivs-transwrap serve --config settings.yaml
    # Relative paths are relative to where `serve` is started. A line that begins with `#name:` is not in effect and shows
    # the default or an example; remove the # to set it, for a nested one also that of the line above.

    """ + table.yaml

  /// The names below a group of settings; of the file itself for `nil`.
  static func names(in group: String? = nil) -> [String] {
    guard let group else { return table.map(\.name) }
    return table.first { $0.name == group }?.rows.map(\.name) ?? []
  }
}
