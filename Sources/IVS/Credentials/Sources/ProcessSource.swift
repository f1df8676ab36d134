/// The profile's `credential_process`: a program that prints credentials as JSON.
struct ProcessSource: CredentialSource {
  let configuration: AWSConfiguration
  var limit: Duration = .seconds(60)

  func find() async throws(CredentialError) -> Finding {
    guard let value = configuration.values["credential_process"] else { return .nothing(nil) }
    let source = "\(value.place): credential_process"
    guard let words = ShellWords.split(value.text), let name = words.first else {
      throw .failed(source: source, reason: "this is no command line: check its quotes")
    }
    let command = Command(
      name: name, arguments: Array(words.dropFirst()), environment: configuration.environment, for: .credentialProcess)
    let result: Command.Result
    do { result = try await command.run(within: limit) } catch {
      throw .failed(source: source, reason: error.description)
    }
    guard result.isSuccess else {
      throw .failed(source: source, reason: "it ended with \(result.endInWords)\(result.quotedLastWords)")
    }
    let credentials = try CredentialDocument.credentials(
      of: result.output, printedBy: source, source: "credential_process of profile \(configuration.profile)")
    return .found(credentials)
  }
}

extension CredentialDocument {
  /// Reads what a `credential_process` printed.
  static func credentials(
    of output: [UInt8], printedBy place: String, source: String
  ) throws(CredentialError) -> AWSCredentials {
    guard let document = CredentialDocument(json: output) else {
      throw .failed(source: place, reason: "it did not print a JSON object with credentials")
    }
    guard document.version == 1 else {
      throw .failed(source: place, reason: "what it prints is not of version 1: \"Version\": 1 has to be in it")
    }
    return try document.credentials(place: place, source: source)
  }
}
