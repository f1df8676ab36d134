/// Keys that stand in one of the two files; read anew each time, since tools put new ones there.
struct SharedFileSource: CredentialSource {
  enum File { case credentials, config }

  let configuration: AWSConfiguration
  let file: File

  func find() throws(CredentialError) -> Finding {
    let path = file == .credentials ? configuration.credentialsPath : configuration.configPath
    let shown = configuration.reader.shown(path)
    let profile = configuration.profile
    let read: ProfileFile
    do throws(AWSConfigurationError) { read = try ProfileFile(path: path, shownPath: shown) } catch {
      throw .configuration(error)
    }
    let values = read.sections.last { section in
      (file == .credentials ? section.header : section.profileInConfig) == profile
    }?.values
    guard let accessKeyID = values?["aws_access_key_id"] else {
      // Where the profile has nothing at all is said once, after the last of its sources.
      return .nothing(
        file == .credentials ? nil : "profile '\(profile)' (no keys, role, SSO or credential_process in \(files))")
    }
    guard !accessKeyID.text.isEmpty else {
      throw .incomplete(source: accessKeyID.place, missing: "the value of aws_access_key_id")
    }
    guard let secret = values?["aws_secret_access_key"], !secret.text.isEmpty else {
      throw .incomplete(source: accessKeyID.place, missing: "aws_secret_access_key of profile '\(profile)'")
    }
    let token = values?["aws_security_token"] ?? values?["aws_session_token"]
    return .found(
      AWSCredentials(
        accessKeyID: accessKeyID.text, secretAccessKey: secret.text,
        sessionToken: token.flatMap { $0.text.isEmpty ? nil : $0.text }, source: "profile \(profile) in \(shown)"))
  }

  private var files: String {
    [configuration.configPath, configuration.credentialsPath].map(configuration.reader.shown)
      .joined(separator: " and ")
  }
}
