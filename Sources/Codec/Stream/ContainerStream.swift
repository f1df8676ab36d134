internal import Media
public import Packets

/// What a browser records, as packets that IVS takes: H.264 and AAC, copied where they are that, else encoded anew.
///
/// Everything happens on the thread that calls ``run(_:)``, which waits for the bytes.
public struct ContainerStream: ~Copyable {
  /// What came of the bytes.
  public enum Output: Sendable {
    /// The tracks, before all packets, and whether its pictures are encoded anew; later again where they changed.
    case tracks(StreamDescription, isTranscoded: Bool)
    /// One packet.
    case packet(EncodedPacket)
    /// Something about pictures that are copied; once each.
    case remark(StreamRemark)
  }

  /// Why a stream was not taken.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The container ended before its header did, or is broken.
    case unreadable(StreamContainer)
    /// The container contradicts itself, or has more of something than a stream needs; in words.
    case broken(StreamContainer, String)
    /// There is no picture in it.
    case noVideo
    /// Its pictures would have to be encoded anew, and there is no room for that.
    case noTranscode(codec: String)
    /// A codec failed.
    case codec(CodecError)

    /// One line for a person.
    public var description: String {
      switch self {
      case .unreadable(let container):
        "the stream is no \(container.name) that can be read: it ends before its header does"
      case .broken(let container, let reason): "the stream is no \(container.name) that can be read: \(reason)"
      case .noVideo: "the stream has no video track: IVS takes no sound alone"
      case .noTranscode(let codec):
        "the picture is \(codec) and would have to be encoded anew, which as many do already as may: record H.264, or "
          + "try later"
      case .codec(let error): "\(error)"
      }
    }
  }

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
    var demuxer: StreamDemuxer
    do { demuxer = try StreamDemuxer(source, container) } catch { throw failure(error) }
    guard let video = demuxer.video else { throw .noVideo }
    if video.codec == .h264 {
      var stream: CopyingStream
      do { stream = try CopyingStream(video, demuxer.audio) } catch { throw .codec(error) }
      let end = try read(&demuxer) { packet throws(CodecError) in try stream.take(packet, emit) }
      do { try stream.finish(emit) } catch { throw .codec(error) }
      if let end { throw failure(end) }
    } else {
      guard mayTranscode() else { throw .noTranscode(codec: video.codec.name) }
      var stream: TranscodingStream
      do { stream = try TranscodingStream(video, demuxer.audio) } catch { throw .codec(error) }
      let end = try read(&demuxer) { packet throws(CodecError) in try stream.take(packet, emit) }
      do { try stream.finish(emit) } catch { throw .codec(error) }
      if let end { throw failure(end) }
    }
  }

  /// Gives `take` all packets; returns why there are no more, where that is not the end of the bytes.
  private func read(
    _ demuxer: inout StreamDemuxer, _ take: (MediaPacket) throws(CodecError) -> Void
  ) throws(Failure) -> ContainerFault? {
    while true {
      let packet: MediaPacket?
      do { packet = try demuxer.next() } catch { return error }
      guard let packet else { return nil }
      do { try take(packet) } catch { throw .codec(error) }
    }
  }

  private func failure(_ fault: ContainerFault) -> Failure {
    switch fault {
    case .ended: .unreadable(container)
    case .broken(let reason): .broken(container, reason)
    }
  }
}
