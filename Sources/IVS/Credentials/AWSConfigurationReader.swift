internal import Web

extension AWSConfiguration {
  /// A value with the name it has where it stands.
  struct Setting {
    let text: String
    /// The variable, or the name in the file.
    let name: String
    /// The variable, or `path:line`.
    let place: String
  }

  /// Finds single settings in the environment and in a profile; an empty value counts as none.
  struct Reader {
    let environment: [String: String]
    let home: String

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The variable, else the profile's value.
    func setting(_ name: String, _ variable: String, _ values: [String: ProfileValue]) -> Setting? {
      if let text = self.variable(variable) { return Setting(text: text, name: variable, place: variable) }
      guard let value = values[name], !value.text.isEmpty else { return nil }
      return Setting(text: value.text, name: name, place: value.place)
    }

    /// Whether it is `true`, in whatever case.
    func flag(_ name: String, _ variable: String, _ values: [String: ProfileValue]) -> Bool {
      setting(name, variable, values)?.text.lowercased() == "true"
    }

    /// The place of a file that a variable may move.
    func path(_ variable: String, else usual: String) -> String { expanded(self.variable(variable) ?? usual) }

    /// With the home folder for `~`.
    func expanded(_ path: String) -> String { path == "~" || path.hasPrefix("~/") ? home + path.dropFirst() : path }

    /// With `~` for the home folder.
    func shown(_ path: String) -> String {
      !home.isEmpty && path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
    }

    func region(option: String?, _ values: [String: ProfileValue]) throws(AWSConfigurationError) -> String? {
      let setting =
        option.map { Setting(text: $0, name: "the region", place: "the region") }
        ?? setting("", "AWS_REGION", [:]) ?? setting("region", "AWS_DEFAULT_REGION", values)
      guard let setting else { return nil }
      // It becomes a part of host names.
      let isLabel = setting.text.utf8.allSatisfy { byte in
        (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2d
      }
      guard isLabel, (1...63).contains(setting.text.utf8.count) else {
        throw .invalidValue(name: setting.name, place: setting.place, wanted: "a region such as eu-west-1")
      }
      return setting.text
    }

    func attempts(_ values: [String: ProfileValue]) throws(AWSConfigurationError) -> Int? {
      guard let setting = setting("max_attempts", "AWS_MAX_ATTEMPTS", values) else { return nil }
      guard let number = Int(setting.text), (1...100).contains(number) else {
        throw .invalidValue(name: setting.name, place: setting.place, wanted: "1…100")
      }
      return number
    }

    func endpoints(
      _ values: [String: ProfileValue], services: [ProfileSection]
    ) throws(AWSConfigurationError) -> [AWSService: String] {
      guard !flag("ignore_configured_endpoint_urls", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", values) else { return [:] }
      var section: [String: ProfileValue] = [:]
      if let name = values["services"] {
        guard let found = services.last(where: { $0.name(after: "services") == name.text }), !found.values.isEmpty
        else {
          throw .unknownServices(name: name.text, place: name.place)
        }
        section = found.values
      }
      var endpoints: [AWSService: String] = [:]
      for service in AWSService.allCases {
        let variables = ["AWS_ENDPOINT_URL_\(service.rawValue.uppercased())", "AWS_ENDPOINT_URL"]
        let ofService = section[service.rawValue]?.nested.filter { !$0.value.text.isEmpty } ?? [:]
        let ofVariables = variables.lazy.compactMap { name in variable(name).map { (name, $0) } }.first
        let setting =
          ofVariables.map { Setting(text: $0.1, name: $0.0, place: $0.0) }
          ?? self.setting("endpoint_url", "", ofService) ?? self.setting("endpoint_url", "", values)
        guard let setting else { continue }
        guard WebURL(setting.text) != nil else {
          throw .invalidValue(
            name: setting.name, place: setting.place, wanted: "a URL such as https://ivs.eu-west-1.amazonaws.com")
        }
        endpoints[service] = setting.text
      }
      return endpoints
    }
  }
}
