package import Media
internal import Synchronization

/// What may be asked of the running picture, from any thread.
package final class PictureControl: Sendable {
  private let requestedBitsPerSecond: Atomic<Int>
  private let bitsPerSecond: Atomic<Int>
  private let allowedBitsPerSecond = Atomic<Int>(.max)
  private let pictureNanoseconds = Atomic<Int>(0)
  private let slate = Atomic<Bool>(false)

  /// Nothing but the first bitrate is requested.
  package init(bitrate: Bitrate) {
    requestedBitsPerSecond = Atomic(bitrate.bitsPerSecond)
    bitsPerSecond = Atomic(bitrate.bitsPerSecond)
  }

  /// The bitrate that is requested; the encoder follows with the next frame, unless it cannot.
  package var requestedBitrate: Bitrate {
    get { Bitrate(bitsPerSecond: requestedBitsPerSecond.load(ordering: .relaxed)) }
    set { requestedBitsPerSecond.store(newValue.bitsPerSecond, ordering: .relaxed) }
  }

  /// The bitrate that the network allows; `nil` is whatever is requested.
  package var allowedBitrate: Bitrate? {
    get {
      let allowed = allowedBitsPerSecond.load(ordering: .relaxed)
      return allowed == .max ? nil : Bitrate(bitsPerSecond: allowed)
    }
    set { allowedBitsPerSecond.store(newValue?.bitsPerSecond ?? .max, ordering: .relaxed) }
  }

  /// What the encoder is to make: what is requested, as far as it is allowed.
  var targetBitrate: Bitrate { min(requestedBitrate, allowedBitrate ?? requestedBitrate) }

  /// The picture changes no more often than that, because the network is too slow; zero is each frame.
  package var pictureInterval: Duration {
    get { .nanoseconds(Int64(pictureNanoseconds.load(ordering: .relaxed))) }
    set { pictureNanoseconds.store(Int(newValue.wholeNanoseconds), ordering: .relaxed) }
  }

  /// The bitrate in effect, as the encoder says.
  package var bitrate: Bitrate {
    get { Bitrate(bitsPerSecond: bitsPerSecond.load(ordering: .relaxed)) }
    set { bitsPerSecond.store(newValue.bitsPerSecond, ordering: .relaxed) }
  }

  /// Whether the slate goes out instead of the source's picture.
  package var isSlate: Bool {
    get { slate.load(ordering: .relaxed) }
    set { slate.store(newValue, ordering: .relaxed) }
  }
}
