internal import CFFmpeg
public import Media
internal import NIOCore

/// What a browser records, as packets that IVS takes: H.264 and AAC, copied where they are that, else encoded anew.
///
/// Everything happens on the thread that calls ``run(_:)``, which waits for the bytes.
public struct ForeignStream: ~Copyable {
  /// What came of the bytes.
  public enum Output: Sendable {
    /// The tracks, before all packets, and whether its pictures are encoded anew; later again where they changed.
    case tracks(StreamDescription, isTranscoded: Bool)
    /// One packet.
    case packet(EncodedPacket)
  }

  /// Why a stream was not taken.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The container ended before its header did, or is broken.
    case unreadable(StreamContainer)
    /// There is no picture in it.
    case noVideo
    /// Its pictures would have to be encoded anew, and there is no room for that.
    case noTranscode(codec: String)
    /// A codec failed.
    case codec(CodecError)

    /// One line for a person.
    public var description: String {
      switch self {
      case .unreadable(let container): "the stream is no \(container == .mp4 ? "MP4" : "WebM") that can be read"
      case .noVideo: "the stream has no video track: IVS takes no sound alone"
      case .noTranscode(let codec):
        "the picture is \(codec) and would have to be encoded anew, which as many do already as may: record H.264, or "
          + "try later"
      case .codec(let error): "\(error)"
      }
    }
  }

  /// Packets that may wait for the picture's beginning.
  private static let heldLimit = 1024

  private let source: BytePipe
  private let container: StreamContainer
  private let mayTranscode: @Sendable () -> Bool

  /// Prepares; nothing is read yet.
  /// - Parameter mayTranscode: asked once, before a picture is encoded anew.
  public init(_ source: BytePipe, _ container: StreamContainer, mayTranscode: @escaping @Sendable () -> Bool) {
    self.source = source
    self.container = container
    self.mayTranscode = mayTranscode
  }

  /// Reads to the end of the bytes and gives `emit` what comes of them.
  ///
  /// Times never jump and never go back within a track, whatever the container says.
  public func run(_ emit: (Output) -> Void) throws(Failure) {
    do throws(CodecError) {
      let demuxer = try StreamDemuxer(source, container)
      guard let video = unsafe demuxer.video else { throw .noVideo(path: "") }
      if unsafe video.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_H264 {
        try unsafe copy(demuxer, video, emit)
      } else {
        let codec = unsafe TrackDecoder.name(video)
        guard mayTranscode() else { throw .noEncoder(name: codec) }
        try unsafe transcode(demuxer, video, emit)
      }
    } catch {
      switch error {
      case .notMedia: throw .unreadable(container)
      case .noVideo: throw .noVideo
      case .noEncoder(let name) where name != "aac" && name != "libx264": throw .noTranscode(codec: name)
      default: throw .codec(error)
      }
    }
  }

  private func copy(
    _ demuxer: borrowing StreamDemuxer, _ stream: UnsafeMutablePointer<AVStream>, _ emit: (Output) -> Void
  ) throws(CodecError) {
    var copied = try unsafe CopiedVideo(stream)
    var audio = try unsafe StreamAudio(demuxer.audio)
    var description: StreamDescription?
    try unsafe eachPacket(demuxer, stream, &audio, emit, hasBegun: { description != nil }) {
      packet, now, audio throws(CodecError) in
      guard let data = unsafe packet.pointee.data, unsafe packet.pointee.size > 0 else { return }
      let bytes = unsafe Span(_unsafeStart: data, count: Int(packet.pointee.size))
      let unit: AccessUnit
      switch copied.take(bytes) {
      case .wait: return
      case .unit(let next): unit = next
      case .begin(let track, let next):
        unit = next
        let tracks = StreamDescription(video: track, audio: audio.description, encoder: "ivs-transwrap")
        description = tracks
        emit(.tracks(tracks, isTranscoded: false))
      }
      emit(
        .packet(
          unsafe EncodedPacket(
            kind: .video(isKeyframe: unit.hasIDR), presentationTime: MediaTime(nanoseconds: packet.pointee.pts),
            decodeTime: MediaTime(nanoseconds: packet.pointee.dts), captureTime: now, payload: unit.payload)))
    }
  }

  private func transcode(
    _ demuxer: borrowing StreamDemuxer, _ stream: UnsafeMutablePointer<AVStream>, _ emit: (Output) -> Void
  ) throws(CodecError) {
    var video = try unsafe TranscodedVideo(stream)
    var audio = try unsafe StreamAudio(demuxer.audio)
    var hasBegun = false
    let tracks = StreamDescription(video: video.description, audio: audio.description, encoder: "ivs-transwrap")
    try unsafe eachPacket(demuxer, stream, &audio, emit, hasBegun: { hasBegun }) {
      packet, now, _ throws(CodecError) in
      try unsafe video.take(packet, at: now) { encoded in
        if !hasBegun { emit(.tracks(tracks, isTranscoded: true)) }
        hasBegun = true
        emit(.packet(encoded))
      }
    }
  }

  /// Reads all packets, puts their times on one timeline, and deals with the sound; `takeVideo` gets the pictures.
  private func eachPacket(
    _ demuxer: borrowing StreamDemuxer, _ video: UnsafeMutablePointer<AVStream>, _ audio: inout StreamAudio,
    _ emit: (Output) -> Void, hasBegun: () -> Bool,
    _ takeVideo: (UnsafeMutablePointer<AVPacket>, MediaTime, borrowing StreamAudio) throws(CodecError) -> Void
  ) throws(CodecError) {
    var timeline = ContinuousTimeline()
    var order = PictureOrder()
    var held: [EncodedPacket] = []
    let sound = { (packet: EncodedPacket) in
      guard hasBegun() else {
        // Sound from before the first picture; without one there is no stream, however long it sounds.
        if held.count < Self.heldLimit { held.append(packet) }
        return
      }
      for early in held { emit(.packet(early)) }
      held = []
      emit(.packet(packet))
    }
    while demuxer.next() {
      let packet = unsafe demuxer.packet
      let index = unsafe packet.pointee.stream_index
      let now = MediaTime.now()
      if unsafe index == video.pointee.index {
        guard let times = unsafe demuxer.times(in: video) else { continue }
        try order.check(times)
        let end = unsafe place(times, in: &timeline, isVideo: true, packet, now)
        try unsafe takeVideo(packet, now, audio)
        if hasBegun() { try audio.follow(videoTo: end, at: now, sound) }
      } else if let stream = unsafe demuxer.audio, unsafe index == stream.pointee.index {
        guard let times = unsafe demuxer.times(in: stream) else { continue }
        _ = unsafe place(times, in: &timeline, isVideo: false, packet, now)
        try unsafe audio.take(packet, at: now, sound)
      }
    }
    try audio.finish(sound)
  }

  /// Gives the packet its times on the timeline, in nanoseconds; returns the decode time.
  private func place(
    _ times: (presentation: MediaTime, decode: MediaTime), in timeline: inout ContinuousTimeline, isVideo: Bool,
    _ packet: UnsafeMutablePointer<AVPacket>, _ now: MediaTime
  ) -> MediaTime {
    let offset = timeline.place(times.decode, isVideo: isVideo, at: now)
    unsafe packet.pointee.pts = (times.presentation + offset).nanoseconds
    unsafe packet.pointee.dts = (times.decode + offset).nanoseconds
    return times.decode + offset
  }
}

/// Sees to it that pictures come in the order in which they are shown where nothing tells another one.
private struct PictureOrder {
  private var last: MediaTime?

  /// - Throws: where a picture is shown before the one that came before it, and its container has no decode times.
  mutating func check(_ times: (presentation: MediaTime, decode: MediaTime)) throws(CodecError) {
    defer { last = times.presentation }
    guard let last, times.presentation == times.decode, times.presentation < last,
      last - times.presentation < .seconds(1)
    else { return }
    throw .decodingFailed(
      path: "the picture", reason: "its frames are not in the order in which they are shown: record without B-frames")
  }
}
