internal import Media
internal import Packets

/// Reads a container as it comes through a ``BytePipe``, packet by packet, on a thread of its own.
///
/// Takes no byte's word for anything: what a number says costs memory only where bytes have come that bear it out.
enum StreamDemuxer {
  case mp4(MP4Demuxer)
  case matroska(MatroskaDemuxer)

  /// Waits for the container's header.
  init(_ source: BytePipe, _ container: StreamContainer) throws(ContainerFault) {
    let input = StreamInput(source)
    self =
      switch container {
      case .mp4: .mp4(try MP4Demuxer(input))
      case .matroska: .matroska(try MatroskaDemuxer(input))
      }
  }

  /// The first track of pictures; `nil` where there is none.
  var video: MediaTrack? {
    switch self {
    case .mp4(let demuxer): demuxer.video
    case .matroska(let demuxer): demuxer.video
    }
  }

  /// The first track of sound; `nil` where there is none.
  var audio: MediaTrack? {
    switch self {
    case .mp4(let demuxer): demuxer.audio
    case .matroska(let demuxer): demuxer.audio
    }
  }

  /// The next packet of these two; `nil` at the end of the stream.
  mutating func next() throws(ContainerFault) -> MediaPacket? {
    switch consume self {
    case .mp4(var demuxer):
      let packet = Result { () throws(ContainerFault) in try demuxer.next() }
      self = .mp4(demuxer)
      return try packet.get()
    case .matroska(var demuxer):
      let packet = Result { () throws(ContainerFault) in try demuxer.next() }
      self = .matroska(demuxer)
      return try packet.get()
    }
  }
}
