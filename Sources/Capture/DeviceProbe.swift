/// A device as it was found, with the error behind its problem.
struct DeviceProbe<Description> {
  var description: Description
  var error: DeviceError?

  /// The first usable one of those that answer to a specification.
  ///
  /// Several usable ones are an error that tells how to choose one, unless they are parts of one device.
  /// - Parameters:
  ///   - specification: as it was written; `nil` where any will do.
  ///   - device: what parts of one device have in common.
  ///   - name: what a candidate can be chosen by.
  static func choose(
    _ kind: DeviceError.Kind, _ specification: String?, from matches: [DeviceProbe],
    device: (Description) -> String?, name: (Description) -> String
  ) throws(DeviceError) -> Description {
    guard let first = matches.first else {
      guard let specification else { throw .noneFound(kind) }
      throw .noSuchDevice(kind, specification: specification)
    }
    let usable = matches.filter { $0.error == nil }
    guard let chosen = usable.first else { throw first.error ?? .noneFound(kind) }
    if let specification, Set(usable.map { device($0.description) }).count > 1 {
      throw .ambiguous(kind, specification: specification, candidates: usable.map { name($0.description) })
    }
    return chosen.description
  }

  /// Those of this name in any case, else those whose name holds it.
  static func named(
    _ name: String, in probes: [DeviceProbe], names: (Description) -> [String]
  ) -> [DeviceProbe] {
    let exact = probes.filter { probe in names(probe.description).contains { $0.lowercased() == name.lowercased() } }
    guard exact.isEmpty else { return exact }
    return probes.filter { names($0.description).first?.containsIgnoringCase(name) == true }
  }
}
