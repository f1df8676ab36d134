import Codec
import Foundation
import Media
import NIOCore
import Packets
import Testing

/// A directory that goes away with the test.
final class ScratchDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("codec-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}

/// What a program said; a missing program fails the test.
struct Tool {
  var status: Int32
  var output: Data
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }

  /// Runs a program to its end and reads all that it says.
  static func run(_ name: String, _ arguments: String...) throws -> Tool { try run(name, arguments) }

  static func run(_ name: String, _ arguments: [String]) throws -> Tool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    let (output, errors) = (Pipe(), FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString))
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Tool(
      status: process.terminationStatus, output: data,
      errors: String(decoding: (try? Data(contentsOf: errors)) ?? Data(), as: UTF8.self))
  }

  /// Runs a program as root; by sudo, without a question, where the tests are another user's.
  static func runAsRoot(_ name: String, _ arguments: String...) throws -> Tool {
    try geteuid() == 0 ? run(name, arguments) : run("sudo", ["-n", name] + arguments)
  }

  /// Runs ffmpeg quietly and fails the test where it fails or complains.
  @discardableResult
  static func ffmpeg(_ arguments: String...) throws -> Tool { try ffmpeg(arguments: arguments) }

  /// The same for arguments that are made elsewhere.
  @discardableResult
  static func ffmpeg(arguments: [String]) throws -> Tool {
    let result = try run("ffmpeg", ["-hide_banner", "-nostdin", "-loglevel", "warning", "-y"] + arguments)
    try #require(result.status == 0, "ffmpeg \(arguments) failed: \(result.errors)")
    return result
  }

  /// What ffprobe finds, as `key=value` per section.
  static func probe(_ path: String, _ arguments: String...) throws -> [[String: String]] {
    let result = try run("ffprobe", ["-v", "error", "-of", "default=nw=0"] + arguments + [path])
    try #require(result.status == 0, "ffprobe failed: \(result.errors)")
    #expect(result.errors.isEmpty, "ffprobe complains: \(result.errors)")
    var sections: [[String: String]] = []
    for line in result.text.split(separator: "\n") {
      if line.hasPrefix("[/") || line == "[SIDE_DATA]" { continue }
      if line.hasPrefix("[") {
        sections.append([:])
      } else if let equals = line.firstIndex(of: "="), !sections.isEmpty {
        sections[sections.count - 1][String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
    }
    return sections
  }
}

/// A texture with some noise in it, long enough for a row of any test's picture at any shift.
private let texture: [UInt8] = {
  var noise: UInt32 = 1
  return (0..<4096).map { index in
    noise = noise &* 1_664_525 &+ 1_013_904_223
    return UInt8(60 + (index & 0x3F) + Int(noise >> 28))
  }
}()

/// A picture that moves: every row is the texture, shifted by its place and by the frame's number.
func drawMovingPicture(_ picture: inout Picture, frame: Int) throws {
  for plane in 0..<3 {
    let (width, height) = (picture.size.width >> min(plane, 1), picture.size.height >> min(plane, 1))
    _ = try picture.withMutablePlane(plane) { bytes, bytesPerLine in
      unsafe bytes.withUnsafeMutableBytes { target in
        unsafe texture.withUnsafeBytes { source in
          for row in 0..<height {
            let shift = (row * 61 + frame * 3 + plane * 500 + frame / 7 * row) % 2048
            let line = unsafe UnsafeMutableRawBufferPointer(
              rebasing: target[row * bytesPerLine..<row * bytesPerLine + width])
            unsafe line.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[shift..<shift + width]))
          }
        }
      }
    }
  }
}

/// The settings of most tests: small, libx264, so that they run anywhere and fast.
func encoding(
  _ width: Int = 640, _ height: Int = 360, bitrate: Bitrate = .kilobits(800)
) -> VideoEncoding {
  VideoEncoding(
    size: PictureSize(width: width, height: height), frameRate: .thirty, bitrate: bitrate, encoder: .libx264)
}

/// Encodes a moving picture and gives each packet to `emit`, with the encoder's own description at the end.
func encodeMovingPicture(
  _ encoding: VideoEncoding, frames: Range<Int>, with encoder: inout H264Encoder, _ emit: (EncodedPacket) -> Void
) throws {
  var picture = try Picture(size: encoding.size)
  for frame in frames {
    try drawMovingPicture(&picture, frame: frame)
    try encoder.encode(
      picture, frameIndex: Int64(frame), captureTime: MediaTime(milliseconds: 1000 + Int64(frame)), emit)
  }
}

/// Stereo samples of a sine, interleaved; silent outside `audible` (in sample frames).
func tone(_ hertz: Double, count: Int, level: Float = 0.5, audible: Range<Int>? = nil) -> [Float] {
  var samples = [Float](repeating: 0, count: count * 2)
  for index in 0..<count where audible?.contains(index) ?? true {
    let value = level * Float(sin(2 * Double.pi * hertz * Double(index) / 48_000))
    samples[index * 2] = value
    samples[index * 2 + 1] = value
  }
  return samples
}

extension FrameConverter {
  /// Shows the converter a frame that a test holds as an array.
  mutating func withPicture<R>(of frame: [UInt8], _ body: (borrowing Picture) throws -> R) throws -> R? {
    try unsafe withPicture(frame.span.bytes, body)
  }
}

/// Where the samples of the picture's first plane lie.
func address(_ picture: borrowing Picture) -> Int? {
  picture.withPlane(0) { bytes, _ in unsafe bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) } }
}
