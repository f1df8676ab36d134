internal import Media
internal import Settings

/// The layers of settings, looked up by key.
struct SettingValues {
  let options: [SettingKey: SettingValue]
  let file: [SettingKey: SettingValue]

  subscript(key: SettingKey) -> SettingValue? { options[key] ?? file[key] }

  func parseIfSet<Value>(
    _ key: SettingKey, with parse: (SettingValue) throws(OperatorFailure) -> Value
  ) throws(OperatorFailure) -> Value? {
    guard let value = self[key] else { return nil }
    return try parse(value)
  }

  func parse<Value>(
    _ key: SettingKey, or standard: Value, with parse: (SettingValue) throws(OperatorFailure) -> Value
  ) throws(OperatorFailure) -> Value {
    try parseIfSet(key, with: parse) ?? standard
  }

  func parse<Value>(
    _ key: SettingKey, with parse: (SettingValue) throws(OperatorFailure) -> Value
  ) throws(OperatorFailure) -> Value {
    try parse(self[key] ?? .option(key, key.facts.defaultValue ?? ""))
  }
}

extension SettingValue {
  func wrong(_ what: String) -> OperatorFailure { OperatorFailure("\(origin): \(what)", exitStatus) }

  func wrong(_ error: any Error) -> OperatorFailure {
    OperatorFailure(Explanation(of: error).at(origin), exitStatus)
  }
}
