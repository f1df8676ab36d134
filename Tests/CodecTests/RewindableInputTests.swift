import Media
import NIOCore
import Testing

@testable import Codec

@Suite("What a demuxer reads")
struct RewindableInputTests {
  private func read(_ input: RewindableInput, _ count: Int) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: count)
    let length = unsafe target.withUnsafeMutableBytes { unsafe input.read(into: $0) }
    return Array(target.prefix(length))
  }

  @Test("any steps back and forth give the bytes that stand at each place")
  func steps() {
    let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
    let pipe = BytePipe(limit: .max) {}
    var random = SystemRandomNumberGenerator()
    var rest = ByteBuffer(bytes: bytes)
    while rest.readableBytes > 0,
      let piece = rest.readSlice(length: min(rest.readableBytes, .random(in: 1...3000, using: &random)))
    { _ = pipe.write(piece) }
    pipe.finish()
    let input = RewindableInput(pipe)
    var (position, end) = (0, 0)
    while true {
      let part = read(input, Int.random(in: 1...16_384, using: &random))
      guard !part.isEmpty else { break }
      #expect(part.elementsEqual(bytes[position..<position + part.count]))
      position += part.count
      end = max(end, position)
      guard Int.random(in: 0..<3, using: &random) == 0 else { continue }
      let place = max(0, end - Int.random(in: 0...64 << 10, using: &random))
      #expect(input.seek(to: Int64(place)))
      position = place
    }
    #expect(position == bytes.count)
  }

  @Test("what is gone, or has yet to come, cannot be gone to")
  func bounds() {
    let pipe = BytePipe(limit: .max) {}
    for _ in 0..<40 { _ = pipe.write(ByteBuffer(repeating: 7, count: 10_000)) }
    pipe.finish()
    let input = RewindableInput(pipe)
    #expect(!input.seek(to: 1) && !input.seek(to: -1) && input.seek(to: 0))
    for _ in 0..<40 { #expect(read(input, 10_000).count == 10_000) }
    #expect(!input.seek(to: 0) && !input.seek(to: .min) && !input.seek(to: .max) && !input.seek(to: 400_001))
    #expect(input.seek(to: 400_000) && read(input, 1).isEmpty)
    #expect(input.seek(to: 400_000 - 65_536) && read(input, 9).count == 9)
  }
}
