internal import CNcurses
internal import Glibc
internal import Media

/// A real terminal, in full screen from `init` until it goes away.
///
/// One at a time in a process, and used by one thread, as ncurses demands. Whatever ends its life, the terminal is left
/// as it was found: leaving its scope, a thrown error, or a fatal signal.
public struct Terminal: ~Copyable {
  /// A paint that takes longer is finished by the next ones.
  private static let timeout = Duration.milliseconds(30)

  /// What the terminal can show; it may still say what its ground is.
  public private(set) var traits: TerminalTraits
  /// Its size, as ``resize()`` found it.
  public private(set) var size: ScreenSize

  private let device: TerminalDevice
  private let curses: CursesScreen
  private let modes: TerminalModes
  private let rescue: TerminalRescue
  private var input: KeyInput
  private var unsent: [UInt8]
  private var isSuspended = false

  /// Opens the terminal and enters the full screen.
  public init(_ options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    let codeset = unsafe String(cString: cncurses_use_locale())
    let device = try TerminalDevice(path: options.path, output: options.output)
    let named = Self.variable("TERM") ?? ""
    guard !named.isEmpty else { throw .unknownType("") }
    let (type, description) = DescriptionFile.best(for: named, environment: Self.variable)
    let environment = TerminalEnvironment(
      type: type, colorTerm: Self.variable("COLORTERM") ?? "", noColor: Self.variable("NO_COLOR") ?? "",
      isInsideTmux: Self.variable("TMUX") != nil, codeset: codeset)
    var traits = TerminalTraits.detected(environment, colors: description?.colors ?? 0)
    if let colors = options.colors { traits.colors = colors }
    if let glyphs = options.glyphs { traits.glyphs = glyphs }
    let direct = traits.colors == .trueColor ? description?.withDirectColor : nil
    if traits.colors == .trueColor, direct == nil, description?.colors ?? 0 <= 256 { traits.colors = .palette256 }
    let size = device.size
    let curses = try CursesScreen(
      type: type, description: direct?.environmentValue, colors: traits.colors, size: size)
    let modes = TerminalModes(
      hasMouse: options.hasMouse, type: type, asksBackground: traits.colors >= .palette256)
    try device.enterRaw()
    // From here on nothing fails, so that what was begun is ended by `deinit`.
    rescue = TerminalRescue(
      descriptor: device.descriptor, restore: modes.leaving + CursesScreen.restoring, lastWords: options.lastWords)
    rescue.arm()
    self.traits = traits
    self.size = size
    self.device = device
    self.curses = curses
    self.modes = modes
    input = KeyInput(expectsAnswer: modes.asksTerminal)
    unsent = modes.entering
  }

  deinit {
    guard !isSuspended else { return }
    Self.leave(device, curses, modes, input, unsent)
    rescue.disarm()
  }

  /// Restores the terminal at once, from any thread; nothing happens where none is open.
  ///
  /// For a process that is about to end without leaving the scope of its terminal, as `_exit` does.
  public static func restore() { cterminal_rescue() }

  /// Whether the terminal has hung up; nothing is drawn and no key comes any more.
  public var isGone: Bool { device.isGone }

  /// Bytes that the terminal has taken since it was opened.
  public var bytesWritten: Int { device.bytesWritten }

  /// Shows a screen: only what differs is sent, in one write.
  ///
  /// Does not wait for a slow terminal longer than 30 ms. What is left then is sent by the next calls, which skip their
  /// screens until it is gone.
  @discardableResult
  public mutating func draw(_ screen: Screen) -> Paint {
    guard !device.isGone else { return .gone }
    guard isReadyToDraw() else { return device.isGone ? .gone : .suspended }
    send()
    guard unsent.isEmpty else { return device.isGone ? .gone : .busy }
    if curses.shows(screen) { return .unchanged }
    let isSynchronized = input.decoder.hasSynchronizedOutput
    if isSynchronized { unsent += modes.beginPaint }
    curses.draw(screen, into: &unsent)
    if isSynchronized { unsent += modes.endPaint }
    let bytes = unsent.count
    send()
    return device.isGone ? .gone : .painted(bytes: bytes)
  }

  /// The next key, without waiting; `nil` when there is none now.
  public mutating func nextKey() -> Key? {
    // A read in the background would stop the process (SIGTTIN).
    guard !isSuspended, device.isForeground else { return nil }
    defer { traits.background = input.decoder.background }
    return input.next(from: device)
  }

  /// Waits until a key may be there, `other` can be read, or the time is over.
  public func wait(for limit: Duration, or other: Int32? = nil) {
    let milliseconds = min(limit.inMilliseconds, input.decoder.timeLeft(at: .now())?.inMilliseconds ?? .infinity)
    let whole = Int32(max(0, min(milliseconds.rounded(.up), 3_600_000)))
    device.waitForInput(within: whole, or: other, withKeys: !isSuspended)
  }

  /// Asks for the size anew, as SIGWINCH and SIGCONT want it; the next drawing is whole if it has changed.
  @discardableResult
  public mutating func resize() -> ScreenSize {
    let now = device.size
    if now != size {
      size = now
      curses.resize(to: now)
    }
    return now
  }

  /// Makes the next drawing whole, for a screen that another program wrote on.
  public mutating func redraw() { curses.redraw() }

  /// Gives the terminal back and stops the process group, as Control-Z does elsewhere; comes back after `fg`.
  ///
  /// The whole process stops, the broadcast too.
  public mutating func suspend() {
    guard !isSuspended, !device.isGone else { return }
    yield()
    cterminal_stop_group()
    resume()
  }

  /// Gives the terminal back without stopping; ``resume()`` or the next drawing in the foreground takes it again.
  public mutating func yield() {
    guard !isSuspended else { return }
    Self.leave(device, curses, modes, input, unsent)
    rescue.disarm()
    unsent = []
    isSuspended = true
  }

  /// Takes the terminal again after a stop, as SIGCONT wants it; in the background that waits for the foreground.
  public mutating func resume() {
    guard device.isForeground, (try? device.enterRaw()) != nil else {
      isSuspended = true
      return
    }
    isSuspended = false
    rescue.arm()
    resize()
    curses.redraw()
    unsent += modes.entering
    if modes.asksTerminal { input.expectAnswer() }
  }

  private mutating func isReadyToDraw() -> Bool {
    if isSuspended {
      resume()
    } else if !device.isForeground {
      // `bg` after a stop from outside: the shell has the terminal now.
      isSuspended = true
      rescue.disarm()
      unsent = []
    }
    return !isSuspended
  }

  private mutating func send() {
    guard !unsent.isEmpty else { return }
    let written = device.write(unsent[...], until: .now() + Self.timeout)
    unsent.removeFirst(written)
    // A whole repaint is large; its memory is not kept.
    if unsent.isEmpty, unsent.capacity > 65_536 { unsent = [] }
  }

  private static func leave(
    _ device: TerminalDevice, _ curses: CursesScreen, _ modes: TerminalModes, _ input: KeyInput, _ unsent: [UInt8]
  ) {
    var bytes = unsent + Array(modes.leaving.utf8)
    curses.leave(into: &bytes)
    _ = device.write(bytes[...], until: .now() + .milliseconds(200))
    input.awaitReports(from: device, until: .now() + .milliseconds(200))
    device.leaveRaw()
  }

  private static func variable(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
