internal import Capture
internal import Media

/// Devices as a tree for people.
///
/// Pure.
enum DeviceTree {
  static func text(cameras: [CameraDescription], microphones: [MicrophoneDescription]) -> String {
    var lines = ["Cameras"]
    if cameras.isEmpty { lines.append("  none: connect one, or use --camera test") }
    for camera in cameras {
      lines.append("  \(camera.name)  \(camera.node)")
      lines.append("    choose it by   \(specifications(camera).joined(separator: "  "))")
      if let problem = camera.problem { lines.append("    cannot be used \(problem)") }
      for format in camera.formats where format.pixelFormat != nil { lines += describe(format) }
      let unread = camera.formats.filter { $0.pixelFormat == nil }
      if !unread.isEmpty {
        lines.append("    not read       \(unread.map { "\($0.fourCC)" }.joined(separator: " "))")
      }
    }
    lines.append("")
    lines.append("Microphones")
    if microphones.isEmpty { lines.append("  none: connect one, or use --microphone test or silence") }
    for microphone in microphones {
      lines.append("  \(microphone.name)  \(microphone.pcm)")
      var names = [microphone.pcm]
      if microphone.stableSpecification.description != microphone.pcm {
        names.insert(microphone.stableSpecification.description, at: 0)
      }
      lines.append("    choose it by   \(names.joined(separator: "  "))")
      if let problem = microphone.problem { lines.append("    cannot be used \(problem)") }
      if let can = microphone.capabilities {
        lines.append("    takes          \(range(can.channels, "channel")), \(range(can.sampleRates, "Hz"))")
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func specifications(_ camera: CameraDescription) -> [String] {
    let stable = camera.stableSpecification.description
    return (stable == camera.node ? [] : [stable]) + [camera.node, "name:\(quoted(camera.name))"]
  }

  private static func describe(_ format: CameraFormat) -> [String] {
    let title = "    \("\(format.fourCC)".padded(to: 5))\(format.isConverted ? "by libv4l" : "")".padded(to: 19)
    var lines: [String] = []
    for (index, size) in format.sizes.enumerated() {
      let sizes =
        size.isDiscrete ? "\(size.minimum)" : "\(size.minimum) to \(size.maximum), steps of \(size.step)"
      lines.append((index == 0 ? title : "".padded(to: 19)) + "\(sizes.padded(to: 12)) \(rates(size.rates))")
    }
    return lines
  }

  private static func rates(_ rates: CameraRates) -> String {
    switch rates {
    case .unknown: "at a rate that the driver does not tell"
    case .range(let slowest, let fastest): "at \(slowest) to \(fastest) fps"
    case .discrete(let all):
      all.isEmpty ? "" : "at \(all.map(\.description).joined(separator: ", ")) fps"
    }
  }

  private static func range(_ range: ClosedRange<Int>, _ unit: String) -> String {
    let plural = unit == "Hz" || range.upperBound == 1 ? unit : unit + "s"
    return range.lowerBound == range.upperBound
      ? "\(range.lowerBound) \(plural)" : "\(range.lowerBound) to \(range.upperBound) \(plural)"
  }

  private static func quoted(_ text: String) -> String { text.contains(" ") ? "'\(text)'" : text }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    count >= width ? self + " " : self + String(repeating: " ", count: width - count)
  }
}
