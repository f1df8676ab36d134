internal import Codec
internal import Media
internal import Synchronization

/// A film that is read ahead on a thread of its own: a disk, a network mount or a decoder that is slow or hangs holds
/// up nothing but that thread.
final class FilmReadAhead<Item: Sendable>: SourceOpening {
  /// What comes of a film, in order.
  enum Event: Sendable {
    /// A picture, or a block of sound, with its time since the film's start.
    case item(Item, MediaTime)
    /// It was one picture, which stays; more comes only when the file changes.
    case still
    /// The film is over, which was this long; the next item is its first again.
    case end(Duration)
    /// It cannot be read, or not any further; nothing follows.
    case failed(any Error)
  }

  private struct State {
    var name = ""
    var events: [Event] = []
    /// It gave something once: it opens, or cannot be opened.
    var isAnswered = false
    var isOver = false
    /// The thread that reads knows that it is over.
    var hasEnded = false
    var isToRewind = false
  }

  private let capacity: Int
  private let state = Mutex(State())
  private let room = ConditionSignal()

  /// - Parameter capacity: how many events are read ahead.
  init(capacity: Int) { self.capacity = capacity }

  /// Starts the thread that reads.
  /// - Parameter read: reads the film until ``put(_:)`` says that nobody wants it.
  func start(name: String, _ read: @escaping @Sendable (FilmReadAhead<Item>) throws -> Void) {
    do throws(NoThreadError) {
      try DetachedThread.start(name: name) { [self] in
        do { try read(self) } catch { _ = put(.failed(error)) }
      }
    } catch { _ = put(.failed(error)) }
  }

  // MARK: The thread that shows

  /// The next event, which stays until ``drop()``; `nil` where reading is not that far.
  var first: Event? { state.withLock { $0.events.first } }

  /// Lets go of the event that ``first`` gave.
  func drop() {
    state.withLock { if !$0.events.isEmpty { $0.events.removeFirst() } }
    room.signal()
  }

  /// Begins the film anew; what was read ahead is let go.
  func rewind() {
    state.withLock { state in
      state.events.removeAll()
      state.isToRewind = true
    }
    room.signal()
  }

  /// Nobody wants any more of it: the thread ends as soon as it can.
  func abandon() {
    state.withLock { state in
      state.isOver = true
      state.events.removeAll()
    }
    room.signal()
  }

  func adopt() -> Bool {
    state.withLock { state in
      if !state.hasEnded { state.isOver = false }
      return !state.hasEnded
    }
  }

  var isAnswered: Bool { state.withLock { $0.isAnswered } }

  /// Whether its first item is read.
  /// - Throws: why it cannot be read.
  func isReady() throws -> Bool {
    switch first {
    case .item: return true
    case .failed(let error): throw error
    case .still, .end: drop()
    case nil: break
    }
    return false
  }

  /// What the film is called.
  var name: String { state.withLock { $0.name } }

  // MARK: The thread that reads

  /// What the reader has to do after it put an event.
  enum Request { case goOn, rewind, end }

  /// The film is open, and is called this.
  func opened(as name: String) { state.withLock { $0.name = name } }

  /// Adds an event as soon as there is room.
  func put(_ event: Event) -> Request {
    while true {
      let request = state.withLock { state -> Request? in
        if state.isOver {
          state.hasEnded = true
          return .end
        }
        if state.isToRewind {
          state.isToRewind = false
          return .rewind
        }
        guard state.events.count < capacity else { return nil }
        state.events.append(event)
        state.isAnswered = true
        return .goOn
      }
      if let request { return request }
      room.wait()
    }
  }

  /// Whether the reader is to do something else than to wait.
  var isDisturbed: Bool { state.withLock { $0.isOver || $0.isToRewind } }
}

extension FilmReadAhead where Item == FilmPicture {
  /// Begins to read a film's pictures.
  static func pictures(of path: String) -> FilmReadAhead<FilmPicture> {
    // One waits here and one in the reader's hand: each may take megabytes.
    let feed = FilmReadAhead(capacity: 1)
    feed.start(name: "film-picture") { feed in while try feed.readPictures(of: path) {} }
    return feed
  }

  /// Reads the film once; false where nobody wants it any more.
  ///
  /// Each time has a reader of its own: the decoder of the last one is gone with its pictures before the next begins,
  /// and the file may be another one by then.
  private func readPictures(of path: String) throws -> Bool {
    var reader = try VideoFileReader(path)
    opened(as: "the file \(path), \(reader.size) at \(reader.frameRate) fps")
    var request = Request.goOn
    while request == .goOn, let picture = try reader.next() { request = put(.item(picture, picture.time)) }
    if request == .goOn {
      request = put(reader.isStill ? .still : .end(reader.length))
      if request == .goOn, reader.isStill { waitForChange(of: path, reader.identity) }
    }
    return request != .end
  }

  /// A still is read again only when it is another one.
  private func waitForChange(of path: String, _ identity: FilmIdentity) {
    while !isDisturbed, FilmIdentity(path: path) ?? identity == identity { sleepThread(until: .now() + .seconds(1)) }
  }
}

extension FilmReadAhead where Item == [Float] {
  /// Begins to read a film's sound, in blocks of interleaved stereo samples.
  static func sound(of path: String, inputs: InputChoice) -> FilmReadAhead<[Float]> {
    let feed = FilmReadAhead(capacity: 24)
    feed.start(name: "film-sound") { feed in while try feed.readSound(of: path, inputs) {} }
    return feed
  }

  /// Reads the film once; false where nobody wants it any more.
  private func readSound(of path: String, _ inputs: InputChoice) throws -> Bool {
    var reader = try AudioFileReader(path, inputs: inputs)
    opened(as: "the file \(path)")
    var request = Request.goOn
    while request == .goOn {
      let next = try reader.withNextBlock { samples, time in
        put(.item(unsafe samples.withUnsafeBufferPointer { unsafe Array($0) }, time))
      }
      guard let next else { break }
      request = next
    }
    if request == .goOn { request = put(.end(reader.length)) }
    return request != .end
  }
}
