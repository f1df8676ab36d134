internal import FoundationEssentials
internal import Settings

/// Looks at what else the machine does, its memory, and a Raspberry Pi's power supply.
enum MachineProbe {
  /// What was read of it.
  struct Facts: Equatable {
    var cores = 1
    /// Processes that want a processor, over the last minute.
    var load: Double?
    /// Bytes that programs can still have.
    var availableMemory: Int?
    /// A Raspberry Pi says that its voltage is too low now.
    var isUnderVoltage = false
  }

  /// A broadcast takes about 80 MB.
  static let leastMemory = 150 << 20

  /// Reads /proc and /sys.
  static func look() -> CheckFinding { judge(facts()) }

  static func judge(_ facts: Facts) -> CheckFinding {
    var (problems, remedies): ([String], [String]) = ([], [])
    if let load = facts.load, load > Double(facts.cores) {
      problems.append("load \(load) on \(facts.cores) \(facts.cores == 1 ? "core" : "cores")")
      remedies.append("close other programs")
    }
    if let memory = facts.availableMemory, memory < leastMemory {
      problems.append("only \(memory >> 20) MB of memory are free")
      remedies.append("close programs that take much memory")
    }
    if facts.isUnderVoltage {
      problems.append("the voltage is too low, so the processor is slowed down")
      remedies.append("use a stronger power supply or a shorter cable")
    }
    guard problems.isEmpty else {
      return .warn(problems.joined(separator: "; "), remedies.joined(separator: "; "))
    }
    let load = facts.load.map { "load \($0) on " } ?? ""
    let memory = facts.availableMemory.map { ", \($0 >> 20) MB of memory free" } ?? ""
    return .pass("\(load)\(facts.cores) \(facts.cores == 1 ? "core" : "cores")\(memory)")
  }

  /// The field MemAvailable of /proc/meminfo, in bytes.
  static func availableMemory(_ text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// The first field of /proc/loadavg.
  static func load(_ text: String) -> Double? { text.split(separator: " ").first.flatMap { Double($0) } }

  /// Bit 0 of the firmware's hexadecimal word (Raspberry Pi, get_throttled).
  static func isUnderVoltage(throttled text: String) -> Bool {
    Int(text.filter { !$0.isWhitespace }, radix: 16).map { $0 & 1 == 1 } ?? false
  }

  private static func facts() -> Facts {
    func text(_ path: String) -> String? { try? TextFile.read(path, limit: 64 << 10) }
    var facts = Facts(cores: max(1, ProcessInfo.processInfo.activeProcessorCount))
    facts.load = text("/proc/loadavg").flatMap(load)
    facts.availableMemory = text("/proc/meminfo").flatMap(availableMemory)
    let throttled = text("/sys/devices/platform/soc/soc:firmware/get_throttled")
    facts.isUnderVoltage = throttled.map(isUnderVoltage) ?? false
    for index in 0..<16 where text("/sys/class/hwmon/hwmon\(index)/name")?.hasPrefix("rpi_volt") ?? false {
      let alarm = text("/sys/class/hwmon/hwmon\(index)/in0_lcrit_alarm")?.hasPrefix("1") ?? false
      facts.isUnderVoltage = facts.isUnderVoltage || alarm
    }
    return facts
  }
}
