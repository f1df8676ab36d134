import Foundation
import Media
import NIOCore
import Packets
import Testing

@testable import Codec

/// What came of a stream that a browser might have sent.
struct ForeignRun {
  var tracks: [(description: StreamDescription, isTranscoded: Bool)] = []
  var packets: [EncodedPacket] = []
  var remarks: [StreamRemark] = []
  var failure: ContainerStream.Failure?

  var video: [EncodedPacket] { packets.filter(\.isVideo) }
  var audio: [EncodedPacket] { packets.filter { !$0.isVideo } }

  /// Runs a stream whose bytes come in pieces of `size`, on the calling thread.
  init(_ bytes: ByteBuffer, _ container: StreamContainer? = nil, cutInto size: Int = 4096, mayTranscode: Bool = true) {
    let pipe = BytePipe(limit: .max) {}
    var rest = bytes
    while rest.readableBytes > 0, let piece = rest.readSlice(length: min(size, rest.readableBytes)) {
      _ = pipe.write(piece)
    }
    pipe.finish()
    guard let container = container ?? StreamContainer(recognizing: bytes.readableBytesView) else {
      Issue.record("the container was not recognised")
      return
    }
    var (tracks, packets, remarks) = (tracks, packets, remarks)
    do throws(ContainerStream.Failure) {
      try ContainerStream(pipe, container) { mayTranscode }.run { output in
        switch output {
        case .tracks(let description, let isTranscoded): tracks.append((description, isTranscoded))
        case .packet(let packet): packets.append(packet)
        case .remark(let remark): remarks.append(remark)
        }
      }
    } catch { failure = error }
    (self.tracks, self.packets, self.remarks) = (tracks, packets, remarks)
  }

  /// The pictures as an Annex B file, for ffmpeg to judge.
  func annexB() throws -> Data {
    let record = try #require(tracks.first?.description.video).decoderConfiguration
    let configuration = try #require(AVCDecoderConfiguration(parsing: record))
    var data = Data()
    for set in configuration.sequenceParameterSets + configuration.pictureParameterSets { data += [0, 0, 0, 1] + set }
    for packet in video {
      var payload = packet.payload
      while let length: UInt32 = payload.readInteger() {
        data += [0, 0, 0, 1]
        let unit = payload.readBytes(length: Int(length))
        data += try #require(unit, "a unit reaches beyond its packet")
      }
      #expect(payload.readableBytes == 0)
    }
    return data
  }

  /// How many pictures ffmpeg decodes of it, without a complaint.
  func decodedPictures(_ directory: ScratchDirectory) throws -> Int {
    let path = directory.file("\(UUID().uuidString).h264")
    try annexB().write(to: URL(fileURLWithPath: path))
    let result = try Tool.run(
      "ffprobe",
      ["-v", "error", "-f", "h264", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", path])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return Int(result.text.split(separator: "\n").first ?? "") ?? 0
  }
}

/// A stream of test picture and tone, as ffmpeg makes it.
enum Clip {
  static let picture = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4"]
  static let tone = ["-f", "lavfi", "-i", "sine=r=48000:d=4"]
  static let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "60", "-bf", "0"]
  static let vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", "60"]
  static let vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-g", "60"]
  static let opus = ["-c:a", "libopus", "-b:a", "64k"]
  static let aac = ["-c:a", "aac", "-b:a", "96k"]
  static let webM = ["-f", "webm", "-live", "1"]
  static let matroska = ["-f", "matroska", "-live", "1"]
  static let mp4 = ["-f", "mp4", "-movflags", "frag_keyframe+empty_moov+default_base_moof"]

  static func make(_ arguments: [String]) throws -> ByteBuffer {
    let result = try Tool.run("ffmpeg", ["-v", "error", "-nostdin"] + arguments + ["-"])
    try #require(result.status == 0, "\(result.errors)")
    return ByteBuffer(bytes: result.output)
  }

  /// The same as fragmented MP4 whose matrix turns the picture; ffmpeg writes one only where it copies.
  static func lying(_ arguments: [String]) throws -> ByteBuffer {
    let directory = try ScratchDirectory()
    let path = directory.file("straight.mp4")
    try Data(make(arguments + mp4).readableBytesView).write(to: URL(fileURLWithPath: path))
    return try make(["-i", path, "-c", "copy", "-metadata:s:v", "rotate=90"] + mp4)
  }
}

/// Writes Matroska as Chromium does: no sizes known beforehand, one cluster a picture, H.264 in Annex B.
struct MatroskaWriter {
  private(set) var bytes = ByteBuffer()

  init(codec: String = "V_MPEG4/ISO/AVC", width: UInt16 = 320, height: UInt16 = 180) {
    let head = Self.element([0x1a, 0x45, 0xdf, 0xa3], Self.element([0x42, 0x82], Array("matroska".utf8)))
    let information = Self.element([0x15, 0x49, 0xa9, 0x66], Self.element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]))
    let geometry =
      Self.element([0xb0], [UInt8(width >> 8), UInt8(width & 255)])
      + Self.element([0xba], [UInt8(height >> 8), UInt8(height & 255)])
    let track =
      Self.element([0xd7], [1]) + Self.element([0x73, 0xc5], [1]) + Self.element([0x83], [1])
      + Self.element([0x86], Array(codec.utf8)) + Self.element([0xe0], geometry)
    bytes.writeBytes(head)
    bytes.writeBytes([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    bytes.writeBytes(information)
    bytes.writeBytes(Self.element([0x16, 0x54, 0xae, 0x6b], Self.element([0xae], track)))
  }

  mutating func add(_ data: [UInt8], at milliseconds: UInt32, isKeyframe: Bool) {
    let time = (0..<4).map { UInt8(milliseconds >> UInt32(24 - 8 * $0) & 255) }
    let block = Self.element([0xa3], [0x81, 0, 0, isKeyframe ? 0x80 : 0] + data)
    bytes.writeBytes(Self.element([0x1f, 0x43, 0xb6, 0x75], Self.element([0xe7], time) + block))
  }

  private static func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
    id + [0x01] + (0..<7).map { UInt8(content.count >> (48 - 8 * $0) & 255) } + content
  }
}
