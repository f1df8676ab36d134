import NIOCore
import Testing

@testable import Media
@testable import Packets

private func video(_ milliseconds: Int64, key: Bool = false) -> EncodedPacket {
  EncodedPacket(
    kind: .video(isKeyframe: key), presentationTime: MediaTime(milliseconds: milliseconds), captureTime: .zero,
    payload: ByteBuffer())
}

private func audio(_ milliseconds: Int64) -> EncodedPacket {
  EncodedPacket(
    kind: .audio, presentationTime: MediaTime(milliseconds: milliseconds), captureTime: .zero, payload: ByteBuffer())
}

@Suite("Packet queue: the rules")
struct PacketQueueStateMachineTests {
  @Test("it begins at a keyframe, with the sound from that moment on")
  func startsAtKeyframe() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(500))
    for packet in [video(0), audio(0), video(33, key: true), audio(21), video(66), audio(42)] { queue.push(packet) }
    #expect(queue.packets.map(\.decodeTime.milliseconds) == [33, 66, 42])
    #expect(queue.droppedVideo == 0, "what comes before the first keyframe was never due")
  }

  @Test("a slow encoder's keyframe comes after sound of its own moment: that sound follows it")
  func earlySound() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(500))
    for packet in [audio(0), audio(21), audio(42), audio(64)] { queue.push(packet) }
    #expect(queue.pop() == nil, "nothing begins without a picture")
    queue.push(video(33, key: true))
    queue.push(audio(85))
    #expect(queue.packets.map(\.decodeTime.milliseconds) == [33, 42, 64, 85])
    #expect(queue.packets.first?.isKeyframe == true)
    for time in stride(from: 106, through: 60_000, by: 21) as StrideThrough<Int64> { queue.push(audio(time)) }
    queue.open()
    for time in stride(from: 60_000, through: 90_000, by: 21) as StrideThrough<Int64> { queue.push(audio(time)) }
    queue.push(video(0, key: true))
    #expect(queue.packets.count < 60, "no more than a second of sound waits for a picture")
  }

  @Test("sound waits for the pictures that an encoder holds back, and never longer than the limit")
  func soundDelay() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(1500), soundDelay: .milliseconds(480))
    for time in stride(from: 0, through: 399, by: 21) as StrideThrough<Int64> { queue.push(audio(time)) }
    for time in [Int64(0), 33, 66, 100] { queue.push(video(time, key: time == 0)) }
    #expect(queue.packets.map(\.decodeTime.milliseconds) == [0, 0, 21, 33, 42, 63, 66, 84, 100])
    for time in stride(from: 420, through: 1050, by: 21) as StrideThrough<Int64> { queue.push(audio(time)) }
    #expect(queue.packets.last?.decodeTime.milliseconds == 567, "a picture that does not come holds nothing up")
    queue.push(video(900))
    #expect(queue.packets.suffix(2).map(\.decodeTime.milliseconds) == [882, 900])
    queue.finish()
    #expect(queue.packets.last?.decodeTime.milliseconds == 1050, "the end of the stream has all of it")
    queue.open()
    #expect(queue.packets.isEmpty)
  }

  @Test("over the limit all video goes, audio stays, and once there is room a keyframe is asked for")
  func shedsVideo() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(300))
    for frame in 0..<12 {
      queue.push(video(Int64(frame) * 33, key: frame == 0))
      queue.push(audio(Int64(frame) * 33))
    }
    #expect(queue.packets.allSatisfy { !$0.isVideo })
    #expect(queue.packets.count == 12)
    #expect(queue.droppedVideo == 12)
    #expect(!queue.needsKeyframe, "a new group would be dropped at once")
    queue.push(video(400))
    #expect((queue.droppedVideo, queue.passedVideo) == (13, 0), "a picture without its keyframe is lost as well")
    while queue.pop() != nil {}
    #expect(queue.needsKeyframe)
  }

  @Test("sound that a starved thread brings late, and all at once, takes no picture away")
  func lateSound() {
    var queue = PacketQueueStateMachine(limit: .seconds(1))
    queue.push(video(0, key: true))
    for turn in Int64(1)...10 {
      for frame in Int64(0)..<15 {
        queue.push(video(turn * 1000 + frame * 66))
        while queue.pop() != nil {}
      }
      for packet in Int64(0)..<45 { queue.push(audio(turn * 1000 - 950 + packet * 21)) }
      queue.push(video(turn * 1000 + 990))
      #expect(!queue.needsKeyframe)
      while queue.pop() != nil {}
    }
    #expect((queue.droppedVideo, queue.droppedAudio) == (0, 0))
  }

  @Test("a keyframe that already waits is where it goes on")
  func keepsTheNewestGroup() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(300))
    for frame in 0...10 { queue.push(video(Int64(frame) * 33, key: frame == 0 || frame == 8)) }
    #expect(queue.packets.first?.isKeyframe == true)
    #expect(queue.packets.first?.decodeTime.milliseconds == 264)
    #expect(!queue.needsKeyframe)
  }

  @Test("sound waits for the next picture, but not longer than 100 ms, and not at the end")
  func soundWaits() {
    var queue = PacketQueueStateMachine(limit: .seconds(1))
    queue.push(video(0, key: true))
    queue.push(audio(0))
    #expect(queue.pop()?.isVideo == true)
    #expect(queue.pop() == nil)
    queue.push(audio(21))
    queue.push(video(33))
    #expect((0..<3).map { _ in queue.pop()?.isVideo } == [false, false, true])
    for time in stride(from: 42, through: 142, by: 20) as StrideThrough<Int64> { queue.push(audio(time)) }
    #expect(queue.pop()?.isVideo == false)
    #expect(queue.pop() == nil)
    queue.finish()
    #expect(queue.pop() != nil)
  }

  @Test("a closed queue lets go of everything, counts nothing and asks for nothing; opened, it wants an IDR")
  func closed() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(300), isOpen: false)
    queue.push(video(0, key: true))
    queue.push(audio(0))
    #expect(queue.packets.isEmpty && !queue.needsKeyframe && queue.droppedVideo == 0)
    queue.open()
    #expect(queue.needsKeyframe)
    queue.push(video(33, key: true))
    #expect(!queue.needsKeyframe && queue.packets.count == 1)
    queue.close()
    #expect(queue.packets.isEmpty && !queue.needsKeyframe)
  }

  @Test("nobody reads for hours: memory stays bounded")
  func bounded() {
    var queue = PacketQueueStateMachine(limit: .milliseconds(500))
    for step in 0..<100_000 {
      queue.push(audio(Int64(step) * 21))
      queue.push(video(Int64(step) * 21, key: step % 60 == 0))
      #expect(queue.packets.count < 150)
    }
    #expect(queue.droppedVideo + queue.droppedAudio > 199_000)
  }

  @Test("a random walk never lets a delta frame follow a gap")
  func neverBroken() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var queue = PacketQueueStateMachine(limit: .milliseconds(Int64.random(in: 50...800, using: &random)))
      var sent: [Int64] = []
      var lastRead: Int64?
      for step in 0..<500 as Range<Int64> {
        queue.push(video(step * 33, key: queue.needsKeyframe && Bool.random(using: &random) || step % 60 == 0))
        while Bool.random(using: &random), let packet = queue.pop() {
          let index = packet.decodeTime.milliseconds / 33
          if let lastRead { #expect(index == lastRead + 1 || packet.isKeyframe) } else { #expect(packet.isKeyframe) }
          lastRead = index
          sent.append(index)
        }
      }
      #expect(sent == sent.sorted())
    }
  }
}

@Suite("Packet queue: threads and readers")
struct PacketQueueTests {
  @Test("a waiting reader gets the packet that is pushed later, and nil at the end")
  func readerWaits() async {
    let queue = PacketQueue(limit: .seconds(1))
    async let first = queue.next()
    queue.push(video(0, key: true))
    #expect(await first?.isKeyframe == true)
    queue.finish()
    #expect(await queue.next() == nil)
  }

  @Test("closing frees a reader, and opened again the queue goes on")
  func closing() async {
    let queue = PacketQueue(limit: .seconds(1))
    async let waiting = queue.next()
    queue.close()
    #expect(await waiting == nil)
    queue.open()
    queue.push(video(0, key: true))
    #expect(await queue.next() != nil)
  }

  @Test("what a thread pushes arrives in order and whole")
  func order() async throws {
    let queue = PacketQueue(limit: .seconds(1000))
    let executor = try ThreadExecutor(name: "pusher")
    let pusher = Task(executorPreference: executor) {
      for step in 0..<5000 as Range<Int64> { queue.push(video(step, key: step == 0)) }
      queue.finish()
    }
    var expected: Int64 = 0
    while let packet = await queue.next() {
      #expect(packet.decodeTime.milliseconds == expected)
      expected += 1
    }
    await pusher.value
    #expect(expected == 5000)
  }
}
