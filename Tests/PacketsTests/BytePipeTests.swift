import NIOCore
import Synchronization
import Testing

@testable import Media
@testable import Packets

/// A pipe with a count of how often there was room again.
private struct CountedPipe: Sendable {
  private final class Rooms: Sendable { let count = Atomic<Int>(0) }

  let pipe: BytePipe
  private let rooms: Rooms

  init(limit: Int) {
    let rooms = Rooms()
    self.rooms = rooms
    pipe = BytePipe(limit: limit) { rooms.count.wrappingAdd(1, ordering: .relaxed) }
  }

  var roomCount: Int { rooms.count.load(ordering: .relaxed) }
  func write(_ text: String) -> Bool { pipe.write(ByteBuffer(string: text)) }
  func read(_ count: Int) -> String { String(decoding: pipe.read(upTo: count), as: UTF8.self) }
}

extension BytePipe {
  /// What one read gives.
  fileprivate func read(upTo count: Int) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: count)
    let length = unsafe target.withUnsafeMutableBytes { unsafe read(into: $0) }
    return Array(target.prefix(length))
  }
}

@Suite("Byte pipe")
struct BytePipeTests {
  @Test("bytes come out in order, in pieces as large as the reader wants and the writer gave", arguments: 1...9)
  func order(readSize: Int) {
    let counted = CountedPipe(limit: 100)
    for part in ["abc", "", "d", "efgh", "", "ijklmnopq"] { #expect(counted.write(part)) }
    counted.pipe.finish()
    var text = ""
    while case let part = counted.read(readSize), !part.isEmpty {
      #expect(part.utf8.count <= readSize)
      text += part
    }
    #expect(text == "abcdefghijklmnopq")
    #expect(counted.pipe.count == 0)
  }

  @Test("it is full at its limit, takes more all the same, and says once when half of it is free")
  func room() {
    let counted = CountedPipe(limit: 8)
    #expect(counted.write("1234567"))
    #expect(!counted.write("8"))
    #expect(!counted.write("9ab"))
    #expect(counted.pipe.count == 11)
    #expect(counted.read(6) == "123456")
    #expect(counted.roomCount == 0)
    #expect(counted.read(1) == "7")
    #expect(counted.roomCount == 1, "four bytes are half")
    #expect(counted.read(8) == "8")
    #expect(counted.read(8) == "9ab")
    #expect(counted.roomCount == 1)
    #expect(counted.write("x"))
  }

  @Test("what was on its way to a full pipe does not make it forget that its writer waits for room")
  func lateBytes() {
    let counted = CountedPipe(limit: 8)
    #expect(!counted.write("12345678"))
    #expect(counted.read(3) == "123")
    #expect(!counted.write("9"), "five waited and one came: less than the limit, but the writer was told to stop")
    #expect(counted.roomCount == 0)
    #expect(counted.read(5) == "45678")
    #expect(counted.roomCount == 1)
  }

  @Test("after the end the reader gets what waits, then nothing, and later bytes are let go")
  func finish() {
    let counted = CountedPipe(limit: 8)
    _ = counted.write("abc")
    counted.pipe.finish()
    #expect(counted.write("late"))
    #expect(counted.read(10) == "abc")
    #expect(counted.read(10).isEmpty)
    #expect(counted.read(10).isEmpty)
  }

  @Test("a cancelled pipe has nothing any more")
  func cancel() {
    let counted = CountedPipe(limit: 8)
    _ = counted.write("abcdefghij")
    counted.pipe.cancel()
    #expect(counted.pipe.count == 0)
    #expect(counted.read(10).isEmpty)
    _ = counted.write("late")
    #expect(counted.read(10).isEmpty)
  }

  @Test("a reader that waits gets the bytes that come later; the end and a cancellation free it")
  func readerWaits() async throws {
    for freeing in [{ $0.finish() }, { $0.cancel() }] as [@Sendable (BytePipe) -> Void] {
      let counted = CountedPipe(limit: 8)
      let thread = try ThreadExecutor(name: "reader")
      let reader = Task(executorPreference: thread) { [counted] in
        [counted.read(3), counted.read(3)]
      }
      _ = counted.write("ab")
      while counted.pipe.count > 0 { await Task.yield() }
      freeing(counted.pipe)
      #expect(await reader.value == ["ab", ""])
    }
  }

  @Test(
    "a writer that stops when it is full and goes on when there is room brings everything across, in bounded memory")
  func threads() async throws {
    let (rooms, room) = AsyncStream<Void>.makeStream()
    let pipe = BytePipe(limit: 1000) { room.yield() }
    let thread = try ThreadExecutor(name: "reader")
    let reader = Task(executorPreference: thread) {
      var (sum, size) = (0, 1)
      while case let part = pipe.read(upTo: size), !part.isEmpty {
        sum = part.reduce(sum) { ($0 &* 31 &+ Int($1)) % 1_000_003 }
        size = size % 97 + 1
      }
      return sum
    }
    var waiting = rooms.makeAsyncIterator()
    var (sum, value) = (0, UInt8(0))
    for index in 0..<3000 {
      let bytes = (0..<index % 71).map { _ -> UInt8 in
        value = value &* 5 &+ 3
        return value
      }
      sum = bytes.reduce(sum) { ($0 &* 31 &+ Int($1)) % 1_000_003 }
      if !pipe.write(ByteBuffer(bytes: bytes)) { _ = await waiting.next() }
      #expect(pipe.count < 1000 + 71)
    }
    pipe.finish()
    #expect(await reader.value == sum)
  }
}
