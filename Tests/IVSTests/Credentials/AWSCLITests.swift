import Foundation
import TestSupport
import Testing

@testable import IVS

/// Beside a real AWS CLI v2: the one that `IVS_AWS_CLI_V2` names, else that of Debian's package.
@Suite("The AWS CLI v2")
struct AWSCLITests {
  private static let config = """
    [profile venue]
    sso_start_url = https://example.awsapps.com/start
    sso_region = eu-west-1
    sso_account_id = 123456789012
    sso_role_name = Streamer
    [profile stranger]
    sso_start_url = https://example.awsapps.com/start
    sso_region = eu-west-1
    sso_account_id = 123456789012
    sso_role_name = Stranger
    """
  /// The name under which the CLI keeps what it got for the first profile: SHA-1 of its role, as JSON.
  private static let cached = "\(#"{"accountId":"123456789012","roleName":"Streamer","startUrl":"#)\(startURL)}"
  private static let startURL = #""https://example.awsapps.com/start""#

  private func home() throws -> Home {
    var home = try Home(config: Self.config)
    let tool = try Tool.find(ProcessInfo.processInfo.environment["IVS_AWS_CLI_V2", default: "/usr/bin/aws"])
    home.environment["PATH"] = "\(home.folder.url.path):\(home.environment["PATH", default: ""])"
    _ = try home.program("aws", script: "exec '\(tool)' \"$@\"")
    return home
  }

  @Test("gives the credentials of a role of SSO that it has")
  func signedIn() async throws {
    let home = try home()
    let sum = try await Tool.run("sh", ["-c", "printf %s \"$0\" | sha1sum", Self.cached]).text.prefix(40)
    _ = try home.folder.folder(".aws/cli/cache")
    try home.folder.write(
      """
      {"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIACACHED", "SecretAccessKey": "verysecret",
        "SessionToken": "verysecrettoken", "Expiration": "2100-01-01T00:00:00Z"}}
      """, to: ".aws/cli/cache/\(sum).json")
    let credentials = try await home.chain(profile: "venue").credentials()
    #expect(credentials.accessKeyID == "ASIACACHED" && credentials.sessionToken == "verysecrettoken")
    #expect(credentials.expiration == 4_102_444_800)
    #expect(credentials.source == "profile venue, which signs in with SSO")
  }

  @Test("says that nobody has signed in, and the error says how to")
  func signedOut() async throws {
    let home = try home()
    do {
      _ = try await home.chain(profile: "stranger").credentials()
      Issue.record("there are credentials")
    } catch {
      #expect(
        "\(error)" == "profile 'stranger' signs in with SSO: Error loading SSO Token: Token for "
          + "https://example.awsapps.com/start does not exist; run `aws sso login --profile stranger`")
    }
  }
}
