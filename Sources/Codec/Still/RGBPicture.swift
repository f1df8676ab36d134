internal import CFFmpeg
internal import Glibc
public import Media

/// A still picture as a value: red, green and blue of each pixel.
public struct RGBPicture: Sendable {
  /// Its geometry.
  public let size: PictureSize
  /// Row by row without padding.
  public let pixels: [UInt8]

  /// Copies a picture that goes out.
  public init(_ picture: borrowing Picture) throws(CodecError) {
    size = picture.size
    pixels = try PreviewScaler(from: picture.size, to: picture.size).pixels(of: picture)
  }

  /// The picture as a PNG file's bytes.
  public func png() throws(CodecError) -> [UInt8] {
    guard let codec = unsafe avcodec_find_encoder(AV_CODEC_ID_PNG) else { throw .noEncoder(name: "png") }
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe avcodec_alloc_context3(codec)
    var packet: UnsafeMutablePointer<AVPacket>? = unsafe av_packet_alloc()
    defer {
      unsafe avcodec_free_context(&context)
      unsafe av_packet_free(&packet)
    }
    let frame = try Picture()
    guard let open = unsafe context, let made = unsafe packet else { throw .outOfMemory(what: "a snapshot") }
    unsafe open.pointee.width = Int32(size.width)
    unsafe open.pointee.height = Int32(size.height)
    unsafe open.pointee.pix_fmt = AV_PIX_FMT_RGB24
    unsafe open.pointee.time_base = AVRational(num: 1, den: 1)
    unsafe open.pointee.thread_count = 1
    let failure = { (reason: String) in CodecError.encodingFailed(encoder: "png", reason: reason) }
    try CodecLibrary.check(unsafe avcodec_open2(open, codec, nil), failure)
    unsafe frame.frame.pointee.format = AV_PIX_FMT_RGB24.rawValue
    unsafe frame.frame.pointee.width = Int32(size.width)
    unsafe frame.frame.pointee.height = Int32(size.height)
    try CodecLibrary.check(unsafe av_frame_get_buffer(frame.frame, 0), failure)
    let line = size.width * 3
    unsafe pixels.withUnsafeBufferPointer { pixels in
      guard let from = pixels.baseAddress, let to = unsafe frame.frame.pointee.data.0 else { return }
      for row in 0..<size.height {
        unsafe (to + row * Int(frame.frame.pointee.linesize.0)).update(from: from + row * line, count: line)
      }
    }
    try CodecLibrary.check(unsafe avcodec_send_frame(open, frame.frame), failure)
    try CodecLibrary.check(unsafe avcodec_receive_packet(open, made), failure)
    guard let data = unsafe made.pointee.data else { throw failure("it made nothing") }
    return unsafe Array(UnsafeBufferPointer(start: data, count: Int(made.pointee.size)))
  }

  /// Writes a PNG file that is whole or not there at all.
  public func writePNG(to path: String) throws(CodecError) {
    let bytes = try png()
    let unfinished = path + ".part"
    _ = unsafe unlink(unfinished)
    try PrivateFile.make(unfinished)
    guard let file = unsafe fopen(unfinished, "we") else {
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    let written = unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
    guard unsafe fclose(file) == 0, written == bytes.count, unsafe rename(unfinished, path) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      _ = unsafe unlink(unfinished)
      throw .cannotOpen(path: path, reason: reason)
    }
  }
}
