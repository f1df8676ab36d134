package import Capture
package import Interface
internal import Media

extension Offers {
  /// These cameras, and what stands in for one.
  package static func cameras(_ found: [CameraDescription]) -> [Device] {
    found.filter { !$0.formats.isEmpty || $0.problem != nil }.map { camera in
      let modes = camera.modes
      let best = modes.first.map { ", up to \($0)" } ?? ""
      return Device(
        specification: "\(camera.stableSpecification)", name: camera.name,
        detail: "\(camera.node)\(camera.problem.map { ", \($0)" } ?? best)", modes: modes)
    }
      + [
        Device(specification: "test", name: "the test pattern", detail: "a moving picture with a frame counter"),
        Device(specification: "none", name: "no camera", detail: "a black picture"),
      ]
  }

  /// These microphones, and what stands in for one.
  package static func microphones(_ found: [MicrophoneDescription]) -> [Device] {
    found.map { microphone in
      Device(
        specification: "\(microphone.stableSpecification)", name: microphone.name,
        detail: "\(microphone.pcm)\(microphone.problem.map { ": \($0)" } ?? "")")
    }
      + [
        Device(specification: "test", name: "the test tone", detail: "a beep every second"),
        Device(specification: "silence", name: "no microphone", detail: "silence"),
      ]
  }
}

extension CameraDescription {
  /// The modes that people choose from, the largest first: `1280x720@30 MJPG`.
  fileprivate var modes: [String] {
    var seen: [(pixels: Int, rate: Double, text: String)] = []
    for format in formats where format.pixelFormat != nil {
      for size in format.sizes {
        let fastest = size.rates.fastest
        let text = "\(size.maximum)\(fastest.map { "@\($0)" } ?? "") \(format.fourCC)"
        guard !seen.contains(where: { $0.text == text }) else { continue }
        seen.append((size.maximum.pixels, fastest?.perSecond ?? 0, text))
      }
    }
    return seen.sorted { ($0.pixels, $0.rate) > ($1.pixels, $1.rate) }.map(\.text)
  }
}

extension Offers.Device {
  /// The offer as it is while `source` is open: a device that this program uses itself is not a busy one.
  package func inUse(by source: SourceFacts) -> Offers.Device {
    guard source.state == .running, let open = source.description.lastIndex(of: "("),
      let close = source.description[open...].firstIndex(of: ")")
    else { return self }
    let place = source.description[source.description.index(after: open)..<close]
    guard detail.hasPrefix(place) else { return self }
    var device = self
    device.detail = "\(place), in use here"
    return device
  }
}
