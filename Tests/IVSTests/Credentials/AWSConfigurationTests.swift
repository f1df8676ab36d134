import Foundation
import Media
import TestSupport
import Testing
import Web

@testable import IVS

@Suite("Settings that AWS's tools share")
struct AWSConfigurationTests {
  private static let config = """
    [default]
    region = eu-west-1
    ca_bundle = ~/own.pem
    [profile venue]
    region = us-east-1
    services = local
    endpoint_url = http://127.0.0.1:3
    use_fips_endpoint = false
    max_attempts = 7
    [profile lost]
    services = nowhere
    [profile quiet]
    endpoint_url = http://127.0.0.1:3
    ignore_configured_endpoint_urls = true
    [services local]
    ivs =
      endpoint_url = http://127.0.0.1:1/ivs
    cloudwatch =
      endpoint_url =
    """

  private static func problem(
    _ environment: [String: String] = [:], profile: String? = nil, region: String? = nil, config: String = config
  ) throws -> String? {
    do {
      _ = try Home(config: config, environment).configuration(profile: profile, region: region)
      return nil
    } catch let error as AWSConfigurationError { return error.description }
  }

  @Test("the profile: option, AWS_PROFILE, AWS_DEFAULT_PROFILE, default")
  func profile() throws {
    let home = try Home(config: Self.config, ["AWS_PROFILE": "venue", "AWS_DEFAULT_PROFILE": "quiet"])
    #expect(try home.configuration(profile: "default").profile == "default")
    #expect(try home.configuration().profile == "venue")
    #expect(
      try Home(config: Self.config, ["AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "quiet"]).configuration().profile
        == "quiet")
    #expect(try Home().configuration().profile == "default")
  }

  @Test("the region: option, AWS_REGION, AWS_DEFAULT_REGION, profile, none")
  func region() throws {
    let home = try Home(config: Self.config, ["AWS_REGION": "a-1", "AWS_DEFAULT_REGION": "b-1"])
    #expect(try home.configuration(region: "c-1").region == "c-1")
    #expect(try home.configuration().region == "a-1")
    #expect(try Home(config: Self.config, ["AWS_DEFAULT_REGION": "b-1"]).configuration().region == "b-1")
    #expect(try Home(config: Self.config).configuration(profile: "venue").region == "us-east-1")
    #expect(try Home().configuration().region == nil)
  }

  @Test("an endpoint: the service's variable, the general one, the services section, the profile's, none")
  func endpoints() throws {
    let variables = ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:8", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"]
    let both = try Home(config: Self.config, variables).configuration(profile: "venue")
    #expect(try both.endpointURL(for: .ivs) == "http://127.0.0.1:8")
    #expect(try both.endpointURL(for: .cloudwatch) == "http://127.0.0.1:9")
    let files = try Home(config: Self.config).configuration(profile: "venue")
    #expect(try files.endpointURL(for: .ivs) == "http://127.0.0.1:1/ivs")
    #expect(try files.endpointURL(for: .cloudwatch) == "http://127.0.0.1:3")
    #expect(try Home(config: Self.config, variables).configuration(profile: "quiet").endpointURL(for: .ivs) == nil)
    let ignoring = variables.merging(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"]) { $1 }
    #expect(try Home(config: Self.config, ignoring).configuration().endpointURL(for: .ivs) == nil)
    #expect(try Home(config: Self.config).configuration().endpointURL(for: .sts) == nil)
  }

  @Test("dual-stack or FIPS hosts exclude an endpoint of one's own")
  func variants() throws {
    let home = try Home(["AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:8"])
    let configuration = try home.configuration()
    #expect(configuration.usesFIPS && !configuration.usesDualStack)
    #expect(throws: AWSConfigurationError.endpointWithVariant(service: .ivs)) {
      try configuration.endpointURL(for: .ivs)
    }
    #expect(try configuration.endpointURL(for: .sts) == nil)
  }

  @Test("certificates: AWS_CA_BUNDLE, the profile's file; attempts: AWS_MAX_ATTEMPTS, the profile's number")
  func others() throws {
    let home = try Home(config: Self.config)
    #expect(try home.configuration().caBundle == "\(home.folder.url.path)/own.pem")
    #expect(try Home(config: Self.config, ["AWS_CA_BUNDLE": "/a.pem"]).configuration().caBundle == "/a.pem")
    #expect(try home.configuration(profile: "venue").maxAttempts == 7)
    #expect(try Home(["AWS_MAX_ATTEMPTS": "2"]).configuration().maxAttempts == 2)
    #expect(try home.configuration().maxAttempts == nil)
  }

  @Test("the files may be elsewhere; the credentials file's values win")
  func places() throws {
    var home = try Home()
    home.environment["AWS_CONFIG_FILE"] = try home.folder.write("[profile x]\nregion = a-1\n", to: "c").path
    home.environment["AWS_SHARED_CREDENTIALS_FILE"] = "~/d"
    try home.folder.write("[x]\nregion = b-1\n", to: "d")
    #expect(try home.configuration(profile: "x").region == "b-1")
  }

  @Test("an error names the place and says what to do")
  func errors() throws {
    #expect(
      try Self.problem(["AWS_PROFILE": "vennue"])
        == "profile 'vennue' (AWS_PROFILE) is in neither ~/.aws/config nor ~/.aws/credentials: "
        + "there are default, lost, quiet, venue")
    #expect(try Self.problem(profile: "x", config: "")?.hasSuffix(": they have no profiles") == true)
    #expect(
      try Self.problem(profile: "lost")
        == "~/.aws/config:11: there is no section [services nowhere]; add it, or remove this line")
    #expect(try Self.problem(["AWS_MAX_ATTEMPTS": "many"]) == "AWS_MAX_ATTEMPTS has to be 1…100")
    #expect(try Self.problem(region: "eu west") == "the region has to be a region such as eu-west-1")
    #expect(
      try Self.problem(config: "[default]\nregion = evil.example.com/\n")
        == "~/.aws/config:2: region has to be a region such as eu-west-1")
    for url in ["127.0.0.1:8", "ftp://a", "http://", "http://user@a/"] {
      #expect(
        try Self.problem(["AWS_ENDPOINT_URL": url])
          == "AWS_ENDPOINT_URL has to be a URL such as https://ivs.eu-west-1.amazonaws.com", "\(url)")
    }
    #expect(
      try Self.problem(config: "nothing") == "~/.aws/config:1: a section such as [default] is missing before this line")
    let home = try Home()
    _ = try home.folder.folder(".aws/config")
    #expect(
      throws: AWSConfigurationError.unreadable(path: "~/.aws/config", reason: "cannot be read: check its permissions")
    ) {
      try home.configuration()
    }
  }

  @Test("region, certificates and endpoints are those of botocore")
  func referee() async throws {
    let environments: [[String: String]] = [
      [:], ["AWS_PROFILE": "venue"], ["AWS_PROFILE": "quiet"], ["AWS_PROFILE": "lost"], ["AWS_PROFILE": "vennue"],
      ["AWS_DEFAULT_REGION": "b-1", "AWS_CA_BUNDLE": "/x.pem"], ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"],
      ["AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_PROFILE": "venue"],
      ["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9", "AWS_PROFILE": "venue"],
      ["AWS_ENDPOINT_URL": "", "AWS_PROFILE": "venue"],
      ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:9", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"],
    ]
    let config = Self.config.replacing("~/own.pem", with: "/own.pem")
    let homes = try environments.map { try Home(config: config, $0) }
    let judged = try await Referee.answers(
      to: homes.map { Referee.Question(kind: "settings", environment: $0.environment) },
      as: Judged<[String: String]>.self)
    for (home, judgement) in zip(homes, judged) {
      let own = try? home.configuration()
      let settings = try own.map { own in
        let settings: [String: String?] = [
          "region": own.region, "ca_bundle": own.caBundle, "ivs": try own.endpointURL(for: .ivs),
          "cloudwatch": try own.endpointURL(for: .cloudwatch), "sts": try own.endpointURL(for: .sts),
        ]
        return settings.compactMapValues { $0 }
      }
      #expect(settings == judgement.value, "\(home.environment)")
    }
    #expect(judged.count { $0.value == nil } == 2)
  }

  @Test("STS's hosts are those of botocore")
  func hosts() async throws {
    var questions: [Referee.Question] = []
    for region in ["us-east-1", "eu-west-1", "us-west-2", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"] {
      for (dual, fips) in [(false, false), (true, false), (false, true), (true, true)] {
        questions.append(Referee.Question(kind: "sts", region: region, dualstack: dual, fips: fips))
      }
    }
    let judged = try await Referee.answers(to: questions, as: String.self)
    for (question, url) in zip(questions, judged) {
      let name = STSHost.name(region: question.region, dualStack: question.dualstack, fips: question.fips)
      #expect("https://\(name)" == url, "\(question)")
    }
  }

  @Test("hosts of this machine are told from those that look like it")
  func loopback() {
    for url in [
      "http://127.0.0.1:8/a", "http://127.9.9.9", "http://localhost", "http://[::1]:80/", "http://LOCALHOST/",
    ] {
      #expect(WebURL(url)?.isLoopback == true, "\(url)")
    }
    for url in [
      "http://127.0.0.1.example.com/", "http://127.0.0.256/", "http://127.1/", "http://localhost.example.com",
      "http://[fd00:ec2::23]/", "http://2130706433/", "http://127.0.0.1@example.com/", "http://exam ple/",
      "file:///etc",
    ] {
      #expect(WebURL(url)?.isLoopback != true, "\(url)")
    }
    #expect(WebURL("http://[fd00:ec2::23]/")?.host == "fd00:ec2::23")
  }
}
