import Foundation
import Media
import TestSupport
import Testing
import Web

@testable import IVS

@Suite("Credential sources")
struct CredentialSourceTests {
  private static func error(_ chain: CredentialChain) async -> String {
    do { return "none, but \(try await chain.credentials())" } catch { return error.description }
  }

  @Test("the environment's session token and end are heeded")
  func environment() async throws {
    var home = try Home([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "verysecret", "AWS_SESSION_TOKEN": "verysecrettoken",
      "AWS_CREDENTIAL_EXPIRATION": "2100-01-01T00:00:00Z",
    ])
    let credentials = try await home.chain().credentials()
    #expect(credentials.sessionToken == "verysecrettoken" && credentials.expiration == 4_102_444_800)
    #expect(credentials.source == "environment")
    home.environment["AWS_CREDENTIAL_EXPIRATION"] = "2000-01-01T00:00:00Z"
    #expect(await Self.error(try home.chain()).hasPrefix("environment: the credentials that it gives have expired"))
    home.environment["AWS_SECRET_ACCESS_KEY"] = ""
    #expect(await Self.error(try home.chain()) == "environment: AWS_SECRET_ACCESS_KEY is missing; set it, too")
  }

  @Test("keys that a tool changes in the file are read after the old ones are refused")
  func changedFile() async throws {
    let home = try Home(credentials: "[default]\naws_access_key_id = A\naws_secret_access_key = verysecret\n")
    let chain = try home.chain()
    let old = try await chain.credentials()
    #expect(old.source == "profile default in ~/.aws/credentials")
    try home.folder.write(
      "[default]\naws_access_key_id = B\naws_secret_access_key = verysecret\n", to: ".aws/credentials")
    #expect(try await chain.credentials().accessKeyID == "A")
    await chain.invalidate(old)
    #expect(try await chain.credentials().accessKeyID == "B")
  }

  @Test("where there is nothing, all that was looked at is listed")
  func nothing() async throws {
    #expect(
      await Self.error(try Home().chain())
        == "no AWS credentials found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (looked at "
        + "the environment (AWS_ACCESS_KEY_ID is not set), the web identity "
        + "(AWS_WEB_IDENTITY_TOKEN_FILE is not set), profile 'default' (no keys, role, SSO or credential_process in "
        + "~/.aws/config and ~/.aws/credentials), the container's service (AWS_CONTAINER_CREDENTIALS_… is not set), "
        + "EC2's metadata service (off by AWS_EC2_METADATA_DISABLED))")
  }

  @Test("an instance's role by token, role and credentials, and nothing without a token")
  func instance() async throws {
    let fake = try await FakeMetadata("--lifetime", "700", "--rotate")
    let home = try Home(["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "\(fake.url)/"])
    // The fake itself refuses what has no token.
    let path = "/latest/meta-data/iam/security-credentials/"
    #expect(try await CurlCaller().call(HTTPRequest("GET", fake.url + path)).status == 401)
    let chain = try home.chain()
    let first = try await chain.credentials()
    #expect(first.accessKeyID == "ASIAINSTANCE0001" && first.sessionToken == "verysecrettokenINSTANCE0001")
    #expect(first.source == "IMDSv2 role venue-kiosk")
    let expected = ["PUT /latest/api/token 200", "GET \(path) 200", "GET \(path)venue-kiosk 200"]
    try await eventually("three requests") { fake.requests.dropFirst() == expected[...] }
  }

  @Test("an instance's credentials are renewed before their end, and outlast a service that is down")
  func instanceRefresh() async throws {
    let fake = try await FakeMetadata("--lifetime", "3600", "--rotate")
    let home = try Home(["AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake.url])
    let clock = SettableClock(CredentialChain.wallClock())
    let warnings = Lines()
    let chain = CredentialChain(
      configuration: try home.configuration(), http: CurlCaller(), now: { clock.seconds }, warn: { warnings.add($0) })
    let end = try #require(try await chain.credentials().expiration)
    try await fake.set(up: false)
    clock.seconds = end - 500
    #expect(try await chain.credentials().accessKeyID == "ASIAINSTANCE0001")
    #expect(
      warnings.all == [
        "AWS credentials of IMDSv2 role venue-kiosk expire in 500 s, and there are no new ones: EC2's metadata "
          + "service at 127.0.0.1 (no token: status 503): it has no credentials any more"
      ])
    try await fake.set(up: true)
    clock.seconds = end - 400
    #expect(try await chain.credentials().accessKeyID == "ASIAINSTANCE0002")
  }

  @Test("IMDS: limits, attempts and IPv6 as they are set; wrong ones are named")
  func instanceSettings() async throws {
    let nobody = FakeCaller { _ throws(HTTPFailure) in throw .timedOut(host: "x") }
    let home = try Home([
      "AWS_EC2_METADATA_DISABLED": "", "AWS_METADATA_SERVICE_TIMEOUT": "2", "AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6",
    ])
    #expect(await Self.error(try home.chain(http: nobody)).contains("(no token: x: no answer in time)"))
    #expect(nobody.requests.map(\.url) == Array(repeating: "http://[fd00:ec2::254]/latest/api/token", count: 3))
    #expect(nobody.requests.allSatisfy { $0.limit == .seconds(2) && $0.method == "PUT" })
    let usual = FakeCaller { _ throws(HTTPFailure) in throw .timedOut(host: "x") }
    _ = await Self.error(try Home(["AWS_EC2_METADATA_DISABLED": ""]).chain(http: usual))
    #expect(usual.requests.map(\.url) == ["http://169.254.169.254/latest/api/token"])
    #expect(usual.requests.first?.limit == .seconds(1))
    var wrong = home
    wrong.environment["AWS_METADATA_SERVICE_TIMEOUT"] = "soon"
    #expect(await Self.error(try wrong.chain(http: nobody)) == "AWS_METADATA_SERVICE_TIMEOUT has to be 0.1…60.0")
    wrong.environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "5"
    #expect(
      await Self.error(try wrong.chain(http: nobody)) == "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE has to be IPv4 or IPv6"
    )
  }

  @Test("a container's token comes from its file, read each time, before the variable")
  func container() async throws {
    let fake = try await FakeMetadata("--container-token", "Bearer of-the-file", "--rotate")
    let home = try Home([
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(fake.url)/container/verysecretpath",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": "verysecretvariable",
    ])
    let refusal = await Self.error(try home.chain())
    #expect(
      refusal
        == "container credentials from 127.0.0.1: the service answers with status 401: check the task's or pod's role")
    var filed = home
    let file = try home.folder.write("Bearer of-yesterday", to: "token")
    filed.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file.path
    let chain = try filed.chain()
    #expect(await Self.error(chain) == refusal)
    try home.folder.write("Bearer of-the-file\n", to: "token")
    #expect(try await chain.credentials().accessKeyID == "ASIACONTAINER0001")
    filed.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/none"
    #expect(
      await Self.error(try filed.chain())
        == "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: /none is not there: a token file is wanted")
    try home.folder.write("verysecret\r\nHost: elsewhere", to: "token")
    filed.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file.path
    #expect(await Self.error(try filed.chain()).hasSuffix("a line break or another character that no token has"))
  }

  @Test("a container's service may be asked without encryption at its own addresses and on this machine alone")
  func containerHosts() async throws {
    func requests(_ variable: String, _ value: String) async throws -> [String] {
      let caller = FakeCaller { _ throws(HTTPFailure) in HTTPAnswer(status: 404) }
      let said = await Self.error(
        try Home(["AWS_CONTAINER_CREDENTIALS_\(variable)": value, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "verysecret"])
          .chain(http: caller))
      #expect(!said.contains("verysecret"))
      return caller.requests.map(\.url)
    }
    for url in [
      "http://localhost/a", "http://127.0.0.1/a", "http://[::1]/a", "http://169.254.170.2/a", "http://169.254.170.23/a",
      "http://[fd00:ec2::23]/a", "https://example.com/a",
    ] {
      #expect(try await requests("FULL_URI", url) == [url])
    }
    for url in [
      "http://example.com/verysecret", "http://169.254.170.2.example.com/", "http://169.254.169.254/", "verysecret",
      "http://169.254.170.2@example.com/", "http://127.0.0.1.example.com/",
    ] {
      #expect(try await requests("FULL_URI", url).isEmpty, "\(url)")
    }
    #expect(try await requests("RELATIVE_URI", "/v2/verysecret") == ["http://169.254.170.2/v2/verysecret"])
    #expect(try await requests("RELATIVE_URI", "@example.com/verysecret").isEmpty)
  }

  @Test("a web identity for a role, in JSON and in XML; its token is read each time", arguments: [[], ["--xml"]])
  func webIdentity(options: [String]) async throws {
    let fake = options.isEmpty ? try await FakeMetadata("--rotate") : try await FakeMetadata("--rotate", "--xml")
    let home = try Home()
    var environment = home.environment
    environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = try home.folder.write("of-yesterday", to: "token").path
    environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/venue"
    environment["AWS_ENDPOINT_URL_STS"] = fake.url
    let configuration = try AWSConfiguration(
      environment: environment, home: home.folder.url.path, profile: nil, region: nil)
    let chain = CredentialChain(configuration: configuration, http: CurlCaller())
    #expect(
      await Self.error(chain)
        == "web identity at 127.0.0.1: STS refuses with status 400 (InvalidIdentityToken: No OpenIDConnect provider "
        + "found for <hidden>): check AWS_WEB_IDENTITY_TOKEN_FILE and the role's trust policy")
    try home.folder.write("identity\n", to: "token")
    let credentials = try await chain.credentials()
    #expect(credentials.accessKeyID == "ASIAWEB0001" && credentials.sessionToken == "verysecrettokenWEB0001")
    let rest = try #require(credentials.expiration) - CredentialChain.wallClock()
    #expect((3500...3601).contains(rest))
  }

  @Test("STS is asked in the region, unsigned, for JSON; without a region nobody is")
  func regionOfSTS() async throws {
    let home = try Home()
    var environment = home.environment
    environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = try home.folder.write("a+b&c", to: "token").path
    environment["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/x"
    let caller = FakeCaller { _ throws(HTTPFailure) in HTTPAnswer(status: 200, body: Array("{}".utf8)) }
    func chain(_ region: String?) throws -> CredentialChain {
      CredentialChain(
        configuration: try AWSConfiguration(environment: environment, home: "/none", profile: nil, region: region),
        http: caller, now: { 17 })
    }
    #expect(
      await Self.error(try chain("eu-west-1"))
        == "web identity at sts.eu-west-1.amazonaws.com: the answer holds no credentials")
    let request = try #require(caller.requests.first)
    #expect(request.method == "POST" && request.url == "https://sts.eu-west-1.amazonaws.com/")
    #expect(!request.headers.contains { $0.name == "Authorization" })
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
        + "&RoleSessionName=ivs-broadcast-17&WebIdentityToken=a%2Bb%26c")
    #expect(await Self.error(try chain(nil)) == "web identity: no region to ask STS in: set AWS_REGION")
    #expect(caller.requests.count == 1)
  }

  @Test("a busy server is asked again, one that refuses is not")
  func attempts() async throws {
    for (status, count) in [(503, 3), (429, 3), (400, 1), (200, 1)] {
      let caller = FakeCaller { _ throws(HTTPFailure) in HTTPAnswer(status: status) }
      _ = try await caller.call(HTTPRequest("GET", "http://x"), attempts: 3, pause: .zero)
      #expect(caller.requests.count == count)
    }
    let caller = FakeCaller { _ throws(HTTPFailure) in throw .tls(host: "x", reason: "y") }
    _ = try? await caller.call(HTTPRequest("GET", "http://x"), attempts: 3, pause: .zero)
    #expect(caller.requests.count == 1)
  }
}
