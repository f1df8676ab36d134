internal import Codec
internal import Media
internal import NIOCore
internal import RTMP
internal import Transwrap

extension PublishSession {
  /// Packets that one go makes at most before the ingest is asked whether it takes more.
  private static let batchLimit = 256

  /// Takes bytes of the stream; on the loop.
  func receive(_ bytes: ByteBuffer, from link: ClientLink) {
    guard link === client else { return }
    meter.received(bytes.readableBytes)
    switch input {
    case .none: return
    case .unknown(var first):
      input = .none
      first.writeImmutableBuffer(bytes)
      recognize(first)
    case .flv(var reader):
      // Taken out for the call, so that what it holds is not copied.
      input = .none
      reader.append(bytes)
      read(with: &reader)
    case .foreign(let foreign):
      if !foreign.write(bytes) { hold(.container) }
    }
  }

  private func recognize(_ bytes: ByteBuffer) {
    let view = bytes.readableBytesView
    if view.starts(with: FLVStreamReader.signature) {
      var reader = FLVStreamReader(tagLimit: shared.limits.messageBytes)
      reader.append(bytes)
      read(with: &reader)
    } else if let container = StreamContainer(recognizing: view) {
      do throws(NoThreadError) {
        let foreign = try foreignInput(container)
        input = .foreign(foreign)
        if !foreign.write(bytes) { hold(.container) }
      } catch {
        log.noThread(error)
        handle(.end(.busy, .init(code: "no-thread", message: "the proxy has no thread for this stream: try later")))
      }
    } else if view.count >= StreamContainer.signatureBytes {
      handle(
        .end(.refused, .init(code: "unknown-container", message: "what comes is neither FLV, WebM nor MP4")))
    } else {
      input = .unknown(bytes)
    }
  }

  private func foreignInput(_ container: StreamContainer) throws(NoThreadError) -> ContainerInput {
    let box = NIOLoopBound(self, eventLoop: loop)
    return try ContainerInput(container, transcodes: shared.transcodes) { [loop] in
      loop.execute { box.value.release(.container) }
    } onOutput: { [loop] in
      loop.execute { box.value.takeForeign() }
    }
  }

  /// Reads as far as the ingest and the clock allow; the rest waits in the reader, which becomes the input again.
  private func read(with reader: inout FLVStreamReader) {
    let now = MediaTime.now()
    do {
      while machine.ingest != .ended, mayTake(at: now), let output = try reader.next(at: now) {
        switch output {
        case .begin(let description), .changed(let description): describe(description)
        case .packet(let packet): take(packet, at: now)
        }
      }
    } catch {
      handle(.end(.refused, .init(code: "unsupported-media", message: "\(error)")))
    }
    if case .none = input, machine.ingest != .ended { input = .flv(reader) }
  }

  /// Whether one more packet may be taken; where not, the client waits too, and it goes on by itself.
  private func mayTake(at now: MediaTime) -> Bool {
    if let wait = outgoing.wait(at: now) {
      hold(.pace, for: wait)
      return false
    }
    if outgoing.batchCount >= Self.batchLimit { flush() }
    return !holds.contains(.ingest)
  }

  /// All that came at once was received; on the loop.
  func receiveComplete(from link: ClientLink) {
    guard link === client else { return }
    flush()
  }

  /// Whether something of the client's has come that has not yet gone on.
  var hasRest: Bool {
    switch input {
    case .foreign: true
    case .flv: !holds.isEmpty
    case .none, .unknown: false
    }
  }

  // MARK: Containers of browsers

  /// Takes what the container's thread has made, where the ingest and the clock allow it.
  func takeForeign() {
    guard case .foreign(let foreign) = input, publisher?.isWritable ?? true else { return }
    let now = MediaTime.now()
    if let wait = outgoing.wait(at: now) { return hold(.pace, for: wait) }
    let end = foreign.take { output in
      switch output {
      case .tracks(let description, _): describe(description)
      case .packet(let packet): take(packet, at: now)
      case .remark(let remark): warn(.init(code: remark.code, message: remark.description))
      }
    }
    flush()
    guard let end else { return }
    leaveInput()
    guard let failure = end else { return clientEnded(farewell ?? .clientFinished) }
    if case .noTranscode = failure {
      handle(.end(.busy, .init(code: "no-transcode", message: "\(failure)")))
    } else {
      handle(.end(.refused, .init(code: "unsupported-media", message: "\(failure)")))
    }
  }

  // MARK: Backpressure

  /// Reads nothing from the client until each reason for it is gone.
  /// - Parameter time: after which this reason is gone by itself.
  func hold(_ reason: Hold, for time: Duration? = nil) {
    guard holds.insert(reason).inserted else { return }
    isUnread = true
    client?.pause()
    let box = NIOLoopBound(self, eventLoop: loop)
    if let time { loop.scheduleTask(in: TimeAmount(time)) { box.value.release(reason) } }
    // A keyframe alone fills the socket for a moment; what lasts is worth a word.
    if reason == .ingest {
      heldSince = .now()
      loop.scheduleTask(in: .milliseconds(50)) { box.value.tellCongestion(isFirst: true) }
    }
  }

  /// A reason to wait is gone.
  func release(_ reason: Hold) {
    guard holds.remove(reason) != nil else { return }
    goOn()
  }

  func writabilityChanged(_ isWritable: Bool) {
    guard isWritable else { return }
    releaseIngest()
    goOn()
  }

  private func releaseIngest() {
    holds.remove(.ingest)
    if let since = heldSince { heldTime += .now() - since }
    heldSince = nil
  }

  /// Goes on with what has come already, then reads the client again.
  func goOn() {
    if publisher?.isWritable ?? true { releaseIngest() }
    if case .flv(var reader) = input {
      input = .none
      read(with: &reader)
      flush()
    } else {
      takeForeign()
    }
    guard holds.isEmpty else { return }
    if isUnread { client?.resume() }
    isUnread = false
    if let farewell, case .flv = input { clientEnded(farewell) }
  }

  private func tellCongestion(isFirst: Bool) {
    guard holds.contains(.ingest), machine.ingest == .live, publisher?.isWritable == false else { return }
    if isFirst { shared.metrics.congestions.add() }
    client?.tell(.congestion(meter.congestion(at: .now())))
    let box = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: .milliseconds(500)) { box.value.tellCongestion(isFirst: false) }
  }

  /// Tells the client and the log about something that viewers may notice.
  func warn(_ notice: ServerEvent.Notice) {
    log.tell(.warning(notice))
    client?.tell(.warning(notice))
  }
}
