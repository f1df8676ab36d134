import Foundation
import TestSupport
import Testing

@testable import IVS

@Suite("Secrets of credentials")
struct CredentialSecretsTests {
  /// All that may be printed of a value.
  private static func shown(_ value: Any) -> String {
    var text = "\(value) \(String(describing: value)) \(String(reflecting: value))"
    dump(value, to: &text)
    return text
  }

  @Test("no error, dump or description of any source shows a key, a token or a file's text")
  func sources() async throws {
    let fake = try await FakeMetadata("--container-token", "let-me-in", "--lifetime", "3600")
    let half = "[default]\naws_access_key_id = verysecretkey\n"
    let whole = half + "aws_secret_access_key = verysecret\naws_session_token = verysecret\n"
    let printer = try Home()
    let good = try printer.program(
      "good", prints: #"{"Version":1,"AccessKeyId":"verysecret","SecretAccessKey":"verysecret"}"#)
    let wrong = try printer.program(
      "wrong", prints: #"{"Version":1,"AccessKeyId":"verysecret"}"#, complains: "verysecretwords1234 are it", status: 1)
    let part = try printer.program("part", prints: #"{"Version":1,"SecretAccessKey":"verysecret"}"#)
    let identity = try printer.folder.write("verysecret", to: "identity").path
    let web = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": identity, "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/venue",
      "AWS_ENDPOINT_URL_STS": fake.url,
    ]
    let container = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(fake.url)/container/verysecret"]
    let homes = [
      try Home(credentials: whole), try Home(credentials: half), try Home(config: whole),
      try Home(config: "[default]\nverysecret\n"), try Home(config: "[default]\na =\n verysecret\n"),
      try Home(credentials: "verysecret"), try Home(config: "[default]\ncredential_process = '\(good)' verysecret\n"),
      try Home(config: "[default]\ncredential_process = '\(wrong)' verysecret\n"),
      try Home(config: "[default]\ncredential_process = '\(part)' verysecret\n"),
      try Home(config: "[default]\ncredential_process = 'verysecret\n"),
      try Home(["AWS_ACCESS_KEY_ID": "verysecret"]),
      try Home(["AWS_ACCESS_KEY_ID": "verysecret", "AWS_SECRET_ACCESS_KEY": "verysecret"]),
      try Home(container), try Home(container.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "let-me-in"]) { $1 }),
      try Home(container.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "verysecret\n"]) { $1 }),
      try Home(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/verysecret"]),
      try Home(["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "verysecret"]), try Home(web),
      try Home(["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake.url]),
      try Home(["AWS_ENDPOINT_URL": "verysecret"]), try Home(["AWS_MAX_ATTEMPTS": "verysecret"]),
    ]
    var (found, failed) = (0, 0)
    for home in homes {
      var text = ""
      do {
        let configuration = try home.configuration()
        text += Self.shown(configuration) + Self.shown(configuration.values)
        let chain = CredentialChain(configuration: configuration, http: CurlCaller(), warn: { _ in })
        let credentials = try await chain.credentials()
        text += Self.shown(credentials) + Self.shown(chain)
        for source in CredentialChain.sources(of: configuration, http: CurlCaller(), now: { 0 }) {
          text += Self.shown(source)
        }
        found += 1
      } catch {
        text += Self.shown(error)
        failed += 1
      }
      #expect(!text.contains("verysecret"), "\(text)")
    }
    #expect(found == 6 && failed == 15, "\(found) found, \(failed) failed")
  }
}
