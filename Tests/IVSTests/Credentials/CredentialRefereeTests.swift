import Foundation
import TestSupport
import Testing

@testable import IVS

@Suite("Credential sources beside botocore", .serialized)
struct CredentialRefereeTests {
  private struct SetUp {
    let name: String
    let expected: String
    var home: Home
    var profile: String?

    init(
      _ name: String, _ expected: String, config: String? = nil, credentials: String? = nil, profile: String? = nil,
      _ environment: [String: String] = [:]
    ) throws {
      (self.name, self.expected, self.profile) = (name, expected, profile)
      home = try Home(config: config, credentials: credentials, environment)
    }
  }

  private static let keys = ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "verysecret"]
  private static let file = """
    [default]
    aws_access_key_id = AKIAFILE
    aws_secret_access_key = verysecret
    [venue]
    aws_access_key_id: AKIAVENUE
    aws_secret_access_key: verysecret
    aws_session_token = verysecrettoken
    [half]
    aws_access_key_id = AKIAHALF
    """
  private static let config = "[default]\naws_access_key_id = AKIACONFIG\naws_secret_access_key = verysecret\n"

  private static func setUps(_ fake: FakeMetadata, files token: Home) throws -> [SetUp] {
    let instance = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake.url]
    let container = [
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(fake.url)/container/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "let-me-in",
    ]
    let web = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": try token.folder.write("identity", to: "token").path,
      "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/venue", "AWS_ENDPOINT_URL_STS": fake.url,
      "AWS_DEFAULT_REGION": "eu-west-1",
    ]
    let printer = try token.program(
      "a printer", prints: #"{"Version": 1, "AccessKeyId": "AKIAPROCESS", "SecretAccessKey": "verysecret"}"#)
    let process = "[profile venue]\ncredential_process = \"\(printer)\" --of 'a venue'\n"
    let bad = try token.program("bad", complains: "no", status: 3)
    let old = try token.program("old", prints: #"{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "verysecret"}"#)
    let webProfile = """
      [profile venue]
      role_arn = arn:aws:iam::123456789012:role/venue
      web_identity_token_file = \(token.folder.url.path)/token
      region = eu-west-1
      endpoint_url = \(fake.url)
      """
    return [
      try SetUp("nothing", "none"),
      try SetUp("environment", "AKIAENV", config: config, credentials: file, keys),
      try SetUp(
        "environment beside AWS_PROFILE", "AKIAENV", credentials: file, keys.merging(["AWS_PROFILE": "venue"]) { $1 }),
      try SetUp("a profile in code beside the environment", "AKIAVENUE", credentials: file, profile: "venue", keys),
      try SetUp("half an environment", "error", credentials: file, ["AWS_ACCESS_KEY_ID": "AKIAENV"]),
      try SetUp("credentials file", "AKIAFILE", config: config, credentials: file),
      try SetUp("named profile", "AKIAVENUE", config: config, credentials: file, ["AWS_PROFILE": "venue"]),
      try SetUp("half a profile", "error", credentials: file, ["AWS_PROFILE": "half"]),
      try SetUp("unknown profile", "error", credentials: file, ["AWS_PROFILE": "vennue"]),
      try SetUp("unknown profile beside the environment", "error", keys.merging(["AWS_PROFILE": "vennue"]) { $1 }),
      try SetUp("config file", "AKIACONFIG", config: config),
      try SetUp("process", "AKIAPROCESS", config: process, ["AWS_PROFILE": "venue"]),
      try SetUp("keys before a process", "AKIAVENUE", config: process, credentials: file, ["AWS_PROFILE": "venue"]),
      try SetUp(
        "process in the credentials file", "AKIAPROCESS", credentials: "[venue]\ncredential_process = '\(printer)'",
        ["AWS_PROFILE": "venue"]),
      try SetUp("a process that fails", "error", config: "[default]\ncredential_process = \(bad)\n", container),
      try SetUp("a process that is not there", "error", config: "[default]\ncredential_process = /none\n", container),
      try SetUp("a process of another version", "error", config: "[default]\ncredential_process = \(old)\n"),
      try SetUp("container", "ASIACONTAINER0000", container),
      try SetUp("files before the container", "AKIAFILE", credentials: file, container),
      try SetUp("a container elsewhere", "error", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"]),
      try SetUp("instance", "ASIAINSTANCE0000", instance),
      try SetUp("the container before the instance", "ASIACONTAINER0000", container.merging(instance) { $1 }),
      try SetUp(
        "a named profile does not drop the instance", "ASIAINSTANCE0000", config: "[profile venue]\nregion = a-1",
        profile: "venue", instance),
      try SetUp(
        "no instance", "none", instance.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"]) { $1 }),
      try SetUp("web identity", "ASIAWEB0000", web),
      try SetUp("web identity before keys", "ASIAWEB0000", credentials: file, web),
      try SetUp("web identity of a profile", "ASIAWEB0000", config: webProfile, profile: "venue"),
      try SetUp(
        "a profile in code drops the web identity of the environment", "AKIAVENUE", credentials: file, profile: "venue",
        web),
      try SetUp("web identity without a role", "error", web.filter { $0.key != "AWS_ROLE_ARN" }),
      try SetUp(
        "web identity for another role", "error",
        web.merging(["AWS_ROLE_ARN": "arn:aws:iam::1:role/xxxxxxxxxxxx"]) { $1 }),
      try SetUp("a broken file", "error", config: "[default]\nnothing\n", container),
    ]
  }

  @Test("31 set-ups give the same keys here and there")
  func table() async throws {
    let fake = try await FakeMetadata("--container-token", "let-me-in")
    let files = try Home()
    let setUps = try Self.setUps(fake, files: files)
    let judged = try await Referee.answers(
      to: setUps.map { Referee.Question(kind: "credentials", environment: $0.home.environment, profile: $0.profile) },
      as: String.self)
    for (setUp, judgement) in zip(setUps, judged) {
      let own: String
      do { own = try await setUp.home.chain(profile: setUp.profile).credentials().accessKeyID } catch {
        if case CredentialError.noneFound = error { own = "none" } else { own = "error" }
      }
      #expect(own == setUp.expected && judgement == setUp.expected, "\(setUp.name): here \(own), there \(judgement)")
    }
    #expect(setUps.count == 31)
  }
}
