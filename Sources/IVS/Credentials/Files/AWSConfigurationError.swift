public import Media

/// What is wrong with the settings that AWS's tools share; never says a value, which may be a secret.
public enum AWSConfigurationError: ExplainedError, Equatable, Sendable {
  /// A file that is there but cannot be read as text.
  case unreadable(path: String, reason: String)
  /// A line that is none of a settings file; `place` is `path:line`.
  case syntax(place: String, problem: String)
  /// A named profile that stands in neither file; `namedBy` is the option or the variable.
  case unknownProfile(name: String, namedBy: String, known: [String], files: [String])
  /// The profile's `services` names a section that is not there.
  case unknownServices(name: String, place: String)
  /// A setting with a value that it cannot have; `place` is `path:line` or the variable.
  case invalidValue(name: String, place: String, wanted: String)
  /// A custom endpoint cannot be the dual-stack or the FIPS one of the region, too.
  case endpointWithVariant(service: AWSService)

  /// What, where, and what to do.
  public var explanation: Explanation {
    switch self {
    case .unreadable(let path, let reason): Explanation("\(path): \(reason)")
    case .syntax(let place, let problem): Explanation("\(place): \(problem)")
    case .unknownProfile(let name, let namedBy, let known, let files):
      Explanation(
        "profile '\(name)' (\(namedBy)) is in neither \(files.joined(separator: " nor ")): "
          + (known.isEmpty ? "they have no profiles" : "there are \(known.joined(separator: ", "))"))
    case .unknownServices(let name, let place):
      Explanation("\(place): there is no section [services \(name)]", "add it, or remove this line")
    case .invalidValue(let name, let place, let wanted):
      Explanation(name == place ? "\(name) has to be \(wanted)" : "\(place): \(name) has to be \(wanted)")
    case .endpointWithVariant(let service):
      Explanation(
        "\(service.rawValue) has an endpoint URL of its own, and dual-stack or FIPS endpoints are wanted",
        "unset one of them (AWS_ENDPOINT_URL…, AWS_USE_DUALSTACK_ENDPOINT, AWS_USE_FIPS_ENDPOINT)")
    }
  }
}
