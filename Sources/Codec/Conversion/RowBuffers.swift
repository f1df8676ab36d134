/// One row of chroma on its way through a conversion, and the loops that fill it.
///
/// Simple loops over plain memory, in 16 and 32 bits, which the compiler turns into vector instructions.
@safe struct RowBuffers: ~Copyable {
  /// Cb less 128.
  let blue: UnsafeMutablePointer<Int16>
  /// Cr less 128.
  let red: UnsafeMutablePointer<Int16>
  /// What each luma sample is shifted by, in 1/64 steps.
  let offsets: UnsafeMutablePointer<Int16>
  /// A row of bytes in between.
  let bytes: UnsafeMutablePointer<UInt8>

  init(width: Int) {
    unsafe blue = UnsafeMutablePointer.allocate(capacity: width / 2)
    unsafe red = UnsafeMutablePointer.allocate(capacity: width / 2)
    unsafe offsets = UnsafeMutablePointer.allocate(capacity: width)
    unsafe bytes = UnsafeMutablePointer.allocate(capacity: width)
    unsafe blue.initialize(repeating: 0, count: width / 2)
    unsafe red.initialize(repeating: 0, count: width / 2)
    unsafe offsets.initialize(repeating: 0, count: width)
    unsafe bytes.initialize(repeating: 0, count: width)
  }

  deinit {
    unsafe blue.deallocate()
    unsafe red.deallocate()
    unsafe offsets.deallocate()
    unsafe bytes.deallocate()
  }

  /// The mean of two rows of one chroma plane.
  func average(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, into out: UnsafeMutablePointer<Int16>, _ count: Int
  ) {
    for index in 0..<count {
      unsafe out[index] = ((Int16(upper[index]) &+ Int16(lower[index]) &+ 1) &>> 1) &- 128
    }
  }

  /// Takes Cb and Cr of a row apart that holds them in turns.
  func split(_ pairs: UnsafePointer<UInt8>, count: Int) {
    let (blue, red) = unsafe (blue, red)
    let words = unsafe UnsafeRawPointer(pairs)
    for index in 0..<count {
      let pair = unsafe UInt16(littleEndian: words.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      unsafe blue[index] = Int16(truncatingIfNeeded: pair & 0xFF) &- 128
      unsafe red[index] = Int16(truncatingIfNeeded: pair &>> 8) &- 128
    }
  }

  /// The mean of the bytes at `shift` of each pair of bytes of two rows, into ``bytes``.
  func averagePacked(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, shift: UInt16, count: Int
  ) {
    let bytes = unsafe bytes
    let (first, second) = unsafe (UnsafeRawPointer(upper), UnsafeRawPointer(lower))
    for index in 0..<count {
      let a = unsafe UInt16(littleEndian: first.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      let b = unsafe UInt16(littleEndian: second.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      let mean = (((a &>> shift) & 0xFF) &+ ((b &>> shift) & 0xFF) &+ 1) &>> 1
      unsafe bytes[index] = UInt8(truncatingIfNeeded: mean)
    }
  }

  /// The byte at `shift` of each pair of bytes, into ``bytes``.
  func unpack(_ row: UnsafePointer<UInt8>, shift: UInt16, count: Int) {
    let bytes = unsafe bytes
    let words = unsafe UnsafeRawPointer(row)
    for index in 0..<count {
      let pair = unsafe UInt16(littleEndian: words.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))
      unsafe bytes[index] = UInt8(truncatingIfNeeded: (pair &>> shift) & 0xFF)
    }
  }

  /// Writes the chroma row as it is.
  func storeChroma(_ blueOut: UnsafeMutablePointer<UInt8>, _ redOut: UnsafeMutablePointer<UInt8>, count: Int) {
    let (blue, red) = unsafe (blue, red)
    for index in 0..<count {
      unsafe blueOut[index] = UInt8(truncatingIfNeeded: blue[index] &+ 128)
      unsafe redOut[index] = UInt8(truncatingIfNeeded: red[index] &+ 128)
    }
  }
}
