internal import CFFmpeg
internal import Media
internal import NIOCore
internal import Packets

extension StreamWriter {
  /// What the muxer is told: for Matroska, to be readable at any time; for HLS, what a live player needs.
  static func options(isHLS: Bool, location: String) -> [(name: String, value: String)] {
    guard isHLS else {
      // A cluster is written as a whole, so it must not last long; room for the index is not known beforehand.
      return [("cluster_time_limit", "1000"), ("cluster_size_limit", "1048576"), ("write_crc32", "0")]
    }
    let directory = location.dropLast("/index.m3u8".count)
    return [
      ("hls_time", "2"), ("hls_list_size", "10"), ("hls_segment_type", "fmp4"), ("hls_fmp4_init_filename", "init.mp4"),
      ("hls_segment_filename", "\(directory)/segment%06d.m4s"),
      ("hls_flags", "delete_segments+independent_segments+temp_file"),
    ]
  }

  /// Adds the video track; its time base is a wish that the muxer may refine or coarsen.
  static func addVideo(_ video: StreamDescription.Video, to container: UnsafeMutablePointer<AVFormatContext>)
    throws(CodecError) -> Int32
  {
    let (stream, parameters) = try unsafe addStream(to: container, extradata: video.decoderConfiguration)
    unsafe parameters.pointee.codec_type = AVMEDIA_TYPE_VIDEO
    unsafe parameters.pointee.codec_id = AV_CODEC_ID_H264
    unsafe parameters.pointee.width = Int32(clamping: video.size.width)
    unsafe parameters.pointee.height = Int32(clamping: video.size.height)
    unsafe parameters.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    unsafe parameters.pointee.bit_rate = Int64(video.bitrate.bitsPerSecond)
    unsafe parameters.pointee.color_range = AVCOL_RANGE_MPEG
    unsafe parameters.pointee.color_primaries = AVCOL_PRI_BT709
    unsafe parameters.pointee.color_trc = AVCOL_TRC_BT709
    unsafe parameters.pointee.color_space = AVCOL_SPC_BT709
    unsafe parameters.pointee.chroma_location = AVCHROMA_LOC_LEFT
    let rate = AVRational(num: video.frameRate.numerator, den: video.frameRate.denominator)
    unsafe stream.pointee.avg_frame_rate = rate
    unsafe stream.pointee.r_frame_rate = rate
    unsafe stream.pointee.time_base = AVRational(num: 1, den: 90_000)
    return unsafe stream.pointee.index
  }

  /// Adds the audio track; the packets' times already make up for the encoder's delay.
  static func addAudio(_ audio: StreamDescription.Audio, to container: UnsafeMutablePointer<AVFormatContext>)
    throws(CodecError) -> Int32
  {
    let (stream, parameters) = try unsafe addStream(to: container, extradata: audio.audioSpecificConfig)
    unsafe parameters.pointee.codec_type = AVMEDIA_TYPE_AUDIO
    unsafe parameters.pointee.codec_id = AV_CODEC_ID_AAC
    unsafe parameters.pointee.sample_rate = Int32(clamping: audio.sampleRate)
    unsafe av_channel_layout_default(&parameters.pointee.ch_layout, Int32(clamping: audio.channels))
    unsafe parameters.pointee.bit_rate = Int64(audio.bitrate.bitsPerSecond)
    unsafe parameters.pointee.frame_size = 1024
    unsafe parameters.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
    unsafe stream.pointee.time_base = AVRational(num: 1, den: Int32(clamping: audio.sampleRate))
    return unsafe stream.pointee.index
  }

  private static func addStream(to container: UnsafeMutablePointer<AVFormatContext>, extradata: ByteBuffer)
    throws(CodecError) -> (UnsafeMutablePointer<AVStream>, UnsafeMutablePointer<AVCodecParameters>)
  {
    let count = extradata.readableBytes
    // Freed with the container; libavformat wants its padding zeroed.
    guard let stream = unsafe avformat_new_stream(container, nil), let parameters = unsafe stream.pointee.codecpar,
      let copy = unsafe av_mallocz(count + Int(AV_INPUT_BUFFER_PADDING_SIZE))
    else { throw .outOfMemory(what: "a recording") }
    unsafe extradata.withUnsafeReadableBytes { source in
      unsafe UnsafeMutableRawBufferPointer(start: copy, count: source.count).copyMemory(from: source)
    }
    unsafe parameters.pointee.extradata = unsafe copy.assumingMemoryBound(to: UInt8.self)
    unsafe parameters.pointee.extradata_size = Int32(clamping: count)
    return unsafe (stream, parameters)
  }
}
