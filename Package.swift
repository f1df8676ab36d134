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
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "ivs-broadcast",
  products: [
    .executable(name: "ivs-broadcast", targets: ["ivs-broadcast"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    // Foreign declarations, nothing else.
    .target(name: "CLinux"),
    .systemLibrary(name: "CALSA", pkgConfig: "alsa"),
    .systemLibrary(name: "CFFmpeg", pkgConfig: "libavformat libavcodec libswscale libswresample libavutil"),
    .systemLibrary(name: "CV4L", pkgConfig: "libv4l2"),
    .systemLibrary(name: "CUdev", pkgConfig: "libudev"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CChafa", pkgConfig: "chafa"),
    .systemLibrary(name: "CEBUR128", pkgConfig: "libebur128"),
    .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode"),

    // Values that flow, and the things they flow through.
    .target(
      name: "Media",
      dependencies: ["CLinux", nioCore, .product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),

    // The stages; none of them knows another.
    .target(name: "Metering", dependencies: ["CEBUR128"], swiftSettings: strict),
    .target(name: "Capture", dependencies: ["Media", "CLinux", "CALSA", "CV4L", "CUdev"], swiftSettings: strict),
    .target(name: "Codec", dependencies: ["Media", "CFFmpeg", nioCore], swiftSettings: strict),
    .target(
      name: "RTMP", dependencies: ["Media", "CLinux", nioCore, nioPosix, nioSSL, nioTLS, logging],
      swiftSettings: strict),

    .target(
      name: "LocalChannel",
      dependencies: ["Media", "Codec", "RTMP", nioCore, nioPosix, nioHTTP1, logging],
      swiftSettings: strict),
    .target(
      name: "Broadcast",
      dependencies: [
        "Media", "Capture", "Codec", "Metering", "RTMP", "LocalChannel", "CYAML", nioCore, nioPosix, logging,
      ],
      swiftSettings: strict),
    .target(
      name: "Console", dependencies: ["Broadcast", "Media", "CNcurses", "CChafa", "CQRencode"], swiftSettings: strict),
    .executableTarget(
      name: "ivs-broadcast",
      dependencies: [
        "CLinux", "Media", "Capture", "RTMP", "Broadcast", "Console", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "TestSupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(name: "MediaTests", dependencies: ["Media", nioCore], swiftSettings: strict),
    .testTarget(name: "CaptureTests", dependencies: ["Capture", "Media"], swiftSettings: strict),
    .testTarget(
      name: "CodecTests", dependencies: ["Codec", "Media", "TestSupport", nioCore], swiftSettings: strict),
    .testTarget(
      name: "RTMPTests",
      dependencies: ["RTMP", "Media", "TestSupport", nioCore, nioEmbedded, nioPosix, logging],
      resources: [.copy("Fixtures")], swiftSettings: strict),
    .testTarget(
      name: "LocalChannelTests",
      dependencies: ["LocalChannel", "RTMP", "TestSupport", nioPosix, logging], swiftSettings: strict),
    .testTarget(
      name: "BroadcastTests", dependencies: ["Broadcast", "Capture", "Codec", "Media", logging], swiftSettings: strict),
    .testTarget(name: "MeteringTests", dependencies: ["Metering"], swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests", dependencies: ["Console", "Broadcast", "Media"], exclude: ["Snapshots"],
      swiftSettings: strict),
    .executableTarget(
      name: "TerminalDemo", dependencies: ["Console", "Media"], path: "Tests/TerminalDemo", swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Console", "Media", "TestSupport", "TerminalDemo"], swiftSettings: strict),
    .testTarget(name: "IntegrationTests", dependencies: ["TestSupport"], swiftSettings: strict),
  ]
)
