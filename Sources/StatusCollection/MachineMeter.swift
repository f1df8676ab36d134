internal import CLinux
internal import FoundationEssentials
internal import Interface
internal import Media
internal import Settings

/// Measures how busy and how hot the machine is, from /proc and /sys.
struct MachineMeter {
  private var lastTime = MediaTime.zero
  private var lastProcess = 0.0
  private var lastBusy = 0.0
  private var lastTotal = 0.0
  private var machine = Machine()
  private let sensors: [String]

  init() {
    machine.cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    sensors = (0..<16).map { "/sys/class/thermal/thermal_zone\($0)/temp" }.filter {
      FileManager.default.fileExists(atPath: $0)
    }
  }

  /// The machine over the time since the last call, or as it was when that is less than a second ago.
  mutating func measure(at now: MediaTime) -> Machine {
    let seconds = (now - lastTime).inSeconds
    guard seconds >= 1 else { return machine }
    lastTime = now
    let process = Double(clinux_process_nanoseconds()) / 1e9
    if lastProcess > 0 { machine.processPercent = (process - lastProcess) / seconds * 100 }
    lastProcess = process
    if let line = try? TextFile.read("/proc/stat", limit: 1 << 20).prefix(while: { $0 != "\n" }) {
      let fields = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      if fields.count >= 5 {
        let total = fields.prefix(8).reduce(0, +)
        // Idle, and waiting for a disk.
        let busy = total - fields[3] - fields[4]
        if lastTotal > 0, total > lastTotal {
          machine.systemPercent = (busy - lastBusy) / (total - lastTotal) * 100
        }
        (lastBusy, lastTotal) = (busy, total)
      }
    }
    machine.celsius = sensors.compactMap { path in
      (try? TextFile.read(path, limit: 64)).flatMap { Double($0.filter { !$0.isWhitespace }) }.map { $0 / 1000 }
    }.max()
    return machine
  }
}
