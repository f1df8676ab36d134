// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "ivs-broadcast",
  products: [
    .executable(name: "ivs-broadcast", targets: ["ivs-broadcast"]),
    .executable(name: "ivs-transwrap", targets: ["ivs-transwrap"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
  ],
  targets: [
    // Foreign declarations, nothing else.
    .target(name: "CLinux"),
    .systemLibrary(name: "CALSA", pkgConfig: "alsa"),
    .systemLibrary(name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libswresample libavutil"),
    .systemLibrary(name: "CV4L", pkgConfig: "libv4l2"),
    .systemLibrary(name: "CUdev", pkgConfig: "libudev"),
    .systemLibrary(name: "CSRT", pkgConfig: "srt"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CChafa", pkgConfig: "chafa"),
    .systemLibrary(name: "CEBUR128", pkgConfig: "libebur128"),
    .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode"),

    // What every program of this package needs of files, and of the system that runs it.
    .target(name: "Settings", dependencies: ["CYAML", "Media"], swiftSettings: strict),
    .target(name: "Service", dependencies: ["CLinux", "Media", logging], swiftSettings: strict),

    // Times, formats, threads and text: what everything else is made of.
    .target(
      name: "Media", dependencies: ["CLinux", .product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    // What encoders make, and where it waits.
    .target(
      name: "Packets", dependencies: ["Media", nioCore, .product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),

    // What a broadcaster and whoever looks at it or commands it tell each other: plain values.
    .target(name: "Interface", dependencies: ["Media", "Settings"], swiftSettings: strict),

    // The stages; none of them knows another.
    .target(name: "Metering", dependencies: ["CEBUR128"], swiftSettings: strict),
    .target(name: "Capture", dependencies: ["Media", "CLinux", "CALSA", "CV4L", "CUdev"], swiftSettings: strict),
    .target(name: "Codec", dependencies: ["Media", "Packets", "CFFmpeg", nioCore], swiftSettings: strict),
    // What every connection needs: hosts and ports, TLS, the socket's figures, secrets, and what a publisher is.
    .target(
      name: "Networking", dependencies: ["Media", "Packets", "CLinux", nioCore, nioPosix, nioSSL, nioTLS],
      swiftSettings: strict),
    .target(
      name: "RTMP", dependencies: ["Media", "Packets", "Networking", nioCore, nioPosix, nioSSL, nioTLS, logging],
      swiftSettings: strict),
    .target(
      name: "SRT", dependencies: ["Media", "Packets", "Networking", "Codec", "CSRT", nioCore, logging],
      swiftSettings: strict),

    // Requests to web services, for all who have any: one rule for deadlines, sizes, redirects and certificates.
    .target(
      name: "Web",
      dependencies: [
        "Media", nioCore, nioPosix, nioHTTP1, nioSSL, .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ],
      swiftSettings: strict),

    // The service's own side: credentials, its API, what it says of a stream, what its channels allow.
    .target(
      name: "IVS",
      dependencies: [
        "CLinux", "Media", "Settings", "Web", nioCore, logging, crypto,
      ],
      swiftSettings: strict),

    // A link of this machine that fails as planned.
    .target(
      name: "Rehearsal", dependencies: ["Media", "Settings", "Networking", nioCore, nioPosix, logging],
      swiftSettings: strict),

    // The route through a WebSocket: what both ends agree on with the end that sends, and the proxy.
    .target(
      name: "Transwrap",
      dependencies: [
        "Media", "Packets", "Networking", "RTMP", nioCore, nioPosix, nioHTTP1, nioWebSocket, nioSSL, nioTLS, logging,
        .product(name: "NIOExtras", package: "swift-nio-extras"),
      ],
      swiftSettings: strict),
    .target(
      name: "TranswrapServer",
      dependencies: [
        "Transwrap", "Media", "Packets", "Networking", "Codec", "RTMP", "Settings", "Web", nioCore, nioPosix, nioHTTP1,
        nioWebSocket,
        nioSSL, nioTLS, logging, crypto, .product(name: "JWTKit", package: "jwt-kit"),
      ],
      swiftSettings: strict),

    // What a broadcast is to be: its settings, their file, saved channels, where secrets come from.
    .target(
      name: "BroadcastConfiguration",
      dependencies: [
        "Settings", "Interface", "Media", "Networking", "Capture", "Codec", "IVS", "Rehearsal", "RTMP", "SRT",
        "Transwrap",
      ],
      swiftSettings: strict),

    .target(
      name: "LocalChannel",
      dependencies: [
        "Settings", "Media", "Packets", "Networking", "Codec", "RTMP", nioCore, nioPosix, nioHTTP1, logging,
      ],
      swiftSettings: strict),
    // From camera, microphone or film to packets, previews and recordings.
    .target(
      name: "Pipeline",
      dependencies: ["Interface", "Settings", "Media", "Packets", "Capture", "Codec", "Metering", nioCore, logging],
      swiftSettings: strict),
    // Being live: routes to an ingest, when to connect, wait and give up, and the loop that does it.
    .target(
      name: "Publishing",
      dependencies: [
        "BroadcastConfiguration", "Settings", "Media", "Packets", "Networking", "RTMP", "SRT", "Transwrap", nioCore,
        logging,
      ],
      swiftSettings: strict),
    // What Amazon IVS knows of a broadcast, and of the channels of an account.
    .target(
      name: "ChannelMonitor",
      dependencies: [
        "Publishing", "BroadcastConfiguration", "Interface", "Settings", "Media", "Networking", "RTMP", "SRT", "IVS",
        "Web", nioCore, logging,
      ],
      swiftSettings: strict),
    // What a broadcast's status shows, measured.
    .target(
      name: "StatusCollection",
      dependencies: [
        "Publishing", "ChannelMonitor", "Interface", "Pipeline", "Settings", "Service", "Media", "Packets",
        "Networking", "Codec", "Metering", "Transwrap", "CLinux", logging,
      ],
      swiftSettings: strict),
    .target(
      name: "Broadcast",
      dependencies: [
        "StatusCollection", "Publishing", "ChannelMonitor",
        "Interface", "BroadcastConfiguration", "Pipeline", "Settings", "Service", "Media", "Packets", "Networking",
        "Capture", "Codec", "Metering", "Rehearsal", "RTMP", "SRT", "IVS", "Web", "Transwrap", "LocalChannel", nioCore,
        nioPosix, logging,
      ],
      swiftSettings: strict),
    // Whether a broadcast would go: each thing that it needs, looked at.
    .target(
      name: "Preflight",
      dependencies: [
        "Broadcast", "BroadcastConfiguration", "Capture", "ChannelMonitor", "Codec", "IVS", "Interface", "Media",
        "Packets",
        "Networking", "Pipeline", "Publishing", "RTMP", "Settings", "Transwrap", "Web", nioCore, nioPosix, logging,
      ],
      swiftSettings: strict),
    // A running broadcaster, asked and told things by other programs of this machine.
    .target(
      name: "Control",
      dependencies: [
        "Interface", "Settings", "Media", "Networking", "CLinux", nioCore, nioPosix, logging,
        .product(name: "NIOExtras", package: "swift-nio-extras"),
      ],
      swiftSettings: strict),
    .target(
      name: "Console", dependencies: ["Interface", "Media", "Settings", "CNcurses", "CChafa", "CQRencode"],
      swiftSettings: strict),
    .executableTarget(
      name: "ivs-broadcast",
      dependencies: [
        "CLinux", "Settings", "Service", "Media", "Networking", "Capture", "RTMP", "IVS", "Web", "Transwrap",
        "Interface", "BroadcastConfiguration", "Pipeline", "Publishing", "Preflight", "StatusCollection", "Broadcast",
        "Control",
        "Console", nioPosix, logging, argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ivs-transwrap",
      dependencies: [
        "CLinux", "Settings", "Service", "Media", "TranswrapServer", nioCore, nioPosix, logging, argumentParser,
      ],
      swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "ServiceTests", dependencies: ["Service", logging], swiftSettings: strict),
    .testTarget(name: "MediaTests", dependencies: ["Media"], swiftSettings: strict),
    .testTarget(name: "PacketsTests", dependencies: ["Packets", "Media", nioCore], swiftSettings: strict),
    .testTarget(name: "CaptureTests", dependencies: ["Capture", "Media"], swiftSettings: strict),
    .testTarget(
      name: "CodecTests", dependencies: ["Codec", "Media", "Packets", "TestSupport", nioCore], swiftSettings: strict),
    .testTarget(
      name: "NetworkingTests", dependencies: ["Networking", "CLinux", "Media", "TestSupport", nioCore, nioPosix],
      swiftSettings: strict),
    .testTarget(
      name: "RTMPTests",
      dependencies: ["RTMP", "Media", "Packets", "Networking", "TestSupport", nioCore, nioEmbedded, nioPosix, logging],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "SRTTests",
      dependencies: ["SRT", "CSRT", "Codec", "Media", "Packets", "Networking", "TestSupport", nioCore, logging],
      swiftSettings: strict),
    .testTarget(
      name: "IVSTests", dependencies: ["IVS", "Media", "Settings", "Web", "TestSupport", nioCore, nioPosix],
      swiftSettings: strict),
    .testTarget(name: "WebTests", dependencies: ["Web", "TestSupport", nioCore, nioPosix], swiftSettings: strict),
    .testTarget(name: "SettingsTests", dependencies: ["Settings", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TranswrapTests",
      dependencies: [
        "Transwrap", "RTMP", "Media", "Packets", "Networking", nioCore, nioEmbedded, nioPosix, nioHTTP1, nioWebSocket,
        logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TranswrapServerTests",
      dependencies: [
        "TranswrapServer", "Transwrap", "RTMP", "Codec", "Media", "Packets", "Networking", "Settings", "Web",
        "TestSupport",
        nioCore, nioPosix,
        nioHTTP1, logging, crypto, .product(name: "JWTKit", package: "jwt-kit"),
      ],
      swiftSettings: strict),
    // Many sessions at a proxy, for assets/bench-transwrap.
    .executableTarget(
      name: "TranswrapLoad", dependencies: ["Transwrap", nioCore, nioPosix, argumentParser],
      path: "Tests/TranswrapLoad", swiftSettings: strict),
    .executableTarget(
      name: "PictureBench", dependencies: ["Codec", "Media", "Packets"], path: "Tests/PictureBench",
      swiftSettings: strict),
    .testTarget(
      name: "LocalChannelTests",
      dependencies: ["LocalChannel", "RTMP", "Networking", "TestSupport", nioCore, nioPosix, logging],
      swiftSettings: strict),
    .testTarget(
      name: "BroadcastConfigurationTests",
      dependencies: [
        "BroadcastConfiguration", "Interface", "Settings", "Capture", "Codec", "IVS", "Media", "Networking", "RTMP",
        "SRT", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["Pipeline", "Interface", "Settings", "Capture", "Codec", "Media", "TestSupport", logging],
      swiftSettings: strict),
    .testTarget(
      name: "RehearsalTests",
      dependencies: ["Rehearsal", "Media", "TestSupport", nioCore, nioPosix, logging], swiftSettings: strict),
    .testTarget(
      name: "PublishingTests",
      dependencies: [
        "Publishing", "Networking", "Settings", "Media", "Packets", "TestSupport", nioCore, nioPosix, logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ChannelMonitorTests",
      dependencies: ["ChannelMonitor", "Interface", "IVS", "Media", "Settings", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StatusCollectionTests", dependencies: ["StatusCollection", "Interface", "Media", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "BroadcastTests",
      dependencies: [
        "StatusCollection", "Publishing", "ChannelMonitor",
        "BroadcastConfiguration", "Broadcast", "Pipeline", "Interface", "Settings", "Capture", "Codec", "IVS", "Media",
        "Networking", "Packets", "RTMP", "SRT", "TestSupport", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "PreflightTests",
      dependencies: [
        "Preflight", "Broadcast", "BroadcastConfiguration", "Interface", "Settings", "Capture", "Codec", "IVS", "Media",
        "Networking", "Pipeline", "TestSupport", logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ControlTests",
      dependencies: ["Control", "Interface", "Settings", "Media", "TestSupport", logging], swiftSettings: strict),
    .testTarget(
      name: "InterfaceTests", dependencies: ["Interface", "Settings", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "MeteringTests", dependencies: ["Metering"], swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests", dependencies: ["Console", "Interface", "Media", "Settings", "TestSupport"],
      exclude: ["Snapshots"],
      swiftSettings: strict),
    .executableTarget(
      name: "TerminalDemo", dependencies: ["Console", "Interface", "Media"], path: "Tests/TerminalDemo",
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Console", "Media", "TestSupport", "TerminalDemo"], swiftSettings: strict),
    .testTarget(
      name: "ChannelsTests",
      dependencies: [
        "BroadcastConfiguration", "Console", "ivs-broadcast", "Interface", "IVS", "Settings", "TestSupport",
        argumentParser,
      ],
      swiftSettings: strict),
    .testTarget(name: "IntegrationTests", dependencies: ["TestSupport"], swiftSettings: strict),
  ]
)
