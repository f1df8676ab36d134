import NIOCore
import Testing

@testable import Codec

@Suite("Annex B and avcC")
struct AVCDecoderConfigurationTests {
  private let sps: [UInt8] = [0x67, 0x4D, 0x40, 0x1F, 0xAA]
  private let pps: [UInt8] = [0x68, 0xEE, 0x3C, 0x80]

  private func units(_ bytes: [UInt8]) -> [NALUnit] {
    var found: [NALUnit] = []
    NALUnit.forEach(in: bytes.span) { found.append($0) }
    return found
  }

  @Test("three- and four-byte start codes, leading and trailing zeros")
  func startCodes() {
    let found = units([0, 0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 0, 2, 0, 0, 0, 1, 0x65, 0, 0, 3, 1, 0, 0])
    #expect(found.map(\.type) == [7, 8, 5])
    #expect(found.map(\.range) == [5..<7, 10..<13, 17..<22])
  }

  @Test("bytes without a start code hold nothing, and no bytes trap")
  func garbage() {
    #expect(units([]).isEmpty)
    #expect(units([0, 0, 1]).isEmpty)
    #expect(units([1, 2, 3, 4]).isEmpty)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
      for unit in units(bytes) {
        #expect(
          !unit.range.isEmpty && bytes.indices.contains(unit.range.lowerBound) && unit.range.upperBound <= bytes.count)
      }
    }
  }

  @Test("the record is built and read back byte for byte")
  func record() throws {
    let stream = [0, 0, 0, 1] + sps + [0, 0, 1] + pps
    let parsed = AVCDecoderConfiguration(annexB: stream.span)
    let configuration = try #require(parsed)
    let head: [UInt8] = [1, 0x4D, 0x40, 0x1F, 0xFF, 0xE1, 0, 5]
    let middle: [UInt8] = [1, 0, 4]
    let bytes = head + sps + middle + pps
    #expect(Array(configuration.record.readableBytesView) == bytes)
    #expect(AVCDecoderConfiguration(parsing: ByteBuffer(bytes: bytes)) == configuration)
    for length in 0..<bytes.count {
      #expect(AVCDecoderConfiguration(parsing: ByteBuffer(bytes: bytes.prefix(length))) == nil)
    }
  }

  @Test("a stream without SPS or PPS has no record")
  func incomplete() {
    for set in [sps, pps] {
      let stream = [0, 0, 1] + set
      let parsed = AVCDecoderConfiguration(annexB: stream.span)
      #expect(parsed == nil)
    }
  }

  @Test("an access unit loses known parameter sets and delimiters, and keeps unknown ones")
  func accessUnit() throws {
    let configuration = try #require(AVCDecoderConfiguration(sequenceParameterSets: [sps], pictureParameterSets: [pps]))
    let other: [UInt8] = [0x67, 0x4D, 0x40, 0x1E]
    let idr: [UInt8] = [0x65, 0x88, 0x84]
    let bytes = [[9, 0xF0], sps, pps, other, idr].flatMap { (unit: [UInt8]) in [0, 0, 1] + unit }
    let unit = AccessUnit(annexB: bytes.span, configuration: configuration)
    let expected: [UInt8] = [0, 0, 0, 4] + other + [0, 0, 0, 3] + idr
    #expect(Array(unit.payload.readableBytesView) == expected)
    #expect(unit.hasIDR)
  }
}
