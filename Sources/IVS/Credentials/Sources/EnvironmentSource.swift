/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_CREDENTIAL_EXPIRATION`.
struct EnvironmentSource: CredentialSource {
  let configuration: AWSConfiguration

  func find() throws(CredentialError) -> Finding {
    guard let accessKeyID = configuration.reader.variable("AWS_ACCESS_KEY_ID") else {
      return .nothing("the environment (AWS_ACCESS_KEY_ID is not set)")
    }
    guard let secretAccessKey = configuration.reader.variable("AWS_SECRET_ACCESS_KEY") else {
      throw .incomplete(source: "environment", missing: "AWS_SECRET_ACCESS_KEY")
    }
    var expiration: Double?
    if let text = configuration.reader.variable("AWS_CREDENTIAL_EXPIRATION") {
      guard let seconds = Timestamp(text)?.seconds else {
        throw .failed(
          source: "environment", reason: "AWS_CREDENTIAL_EXPIRATION has to be a time such as 2030-01-31T12:00:00Z")
      }
      expiration = seconds
    }
    return .found(
      AWSCredentials(
        accessKeyID: accessKeyID, secretAccessKey: secretAccessKey,
        sessionToken: configuration.reader.variable("AWS_SECURITY_TOKEN")
          ?? configuration.reader.variable("AWS_SESSION_TOKEN"), expiration: expiration,
        source: "environment"))
  }
}
