import Foundation
import Media
import TestSupport
import Testing

@testable import IVS

@Suite("Credentials of programs")
struct CredentialProcessTests {
  private static func home(_ process: String) throws -> Home {
    try Home(config: "[default]\ncredential_process = \(process)\n")
  }

  private static func outcome(_ home: Home, limit: Duration = .seconds(20)) async throws -> String {
    do {
      let finding = try await ProcessSource(configuration: try home.configuration(), limit: limit).find()
      guard case .found(let credentials) = finding else { return "nothing" }
      return credentials.accessKeyID
    } catch let error as CredentialError { return error.description }
  }

  private static func outcome(script: String, limit: Duration = .seconds(20)) async throws -> String {
    let home = try Home()
    let path = try home.program("program", script: script)
    try home.folder.write("[default]\ncredential_process = \(path)\n", to: ".aws/config")
    return try await outcome(home, limit: limit)
  }

  private static let place = "~/.aws/config:2: credential_process: "

  @Test("words reach the program as they are quoted, with this environment, no shell, no input and no terminal")
  func words() async throws {
    let home = try Home(["SEEN": "yes"])
    let path = try home.program(
      "my program",
      script: #"""
        input=$(cat)
        tty=$( (: </dev/tty) 2>/dev/null && echo tty)
                printf '{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"verysecret"}' "$1|$2|$#|$SEEN|$input$tty"
        """#)
    try home.folder.write("[default]\ncredential_process = '\(path)' \"a b\" $SEEN;x\n", to: ".aws/config")
    #expect(try await Self.outcome(home) == "a b|$SEEN;x|2|yes|")
  }

  @Test("a program gets no secret of this package's, and no credentials that do not count; all else is there")
  func environment() async throws {
    let home = try Home([
      "IVS_STREAM_KEY": "sk_hidden", "IVS_TRANSWRAP_TOKEN": "tw_hidden", "IVS_SRT_PASSPHRASE": "hidden",
      "TRANSWRAP_KEY_VENUE": "sk_hidden", "TRANSWRAP_SETTINGS": "hidden", "AWS_ACCESS_KEY_ID": "AKIAHIDDEN",
      "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_SESSION_TOKEN": "hidden", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hidden",
      "AWS_PROFILE": "default", "SSH_AUTH_SOCK": "/run/agent", "VAULT_TOKEN": "of the program's own",
    ])
    let (path, seen) = (try home.program("program", script: "env > \"$HOME/seen\"; exit 1"), home.folder.file("seen"))
    try home.folder.write("[default]\ncredential_process = \(path)\n", to: ".aws/config")
    _ = try await Self.outcome(home)
    let text = try String(contentsOf: seen, encoding: .utf8)
    #expect(!text.lowercased().contains("hidden"), "\(text)")
    for name in ["HOME=", "PATH=", "AWS_PROFILE=default", "SSH_AUTH_SOCK=/run/agent", "VAULT_TOKEN="] {
      #expect(text.contains("\n\(name)") || text.hasPrefix(name), "\(name)")
    }
  }

  @Test("AWS CLI gets the environment's credentials where a role may be assumed with them, and only there")
  func signIn() {
    let environment = [
      "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1", "IVS_STREAM_KEY": "c",
    ]
    func names(_ use: ChildEnvironment.Use) -> [String] {
      ChildEnvironment.variables(of: environment, for: use).keys.sorted()
    }
    #expect(names(.assumedRole) == ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY"])
    #expect(names(.signIn) == ["AWS_REGION"] && names(.credentialProcess) == ["AWS_REGION"])
  }

  @Test("a program that fails is quoted by its last line alone, without what looks like a secret")
  func failure() async throws {
    let said = try await Self.outcome(
      script: "echo first >&2; echo 'no session for AKIAIOSFODNN7EXAMPLE, sign in' >&2; echo verysecret; exit 3")
    #expect(said == Self.place + "it ended with status 3: no session for <hidden>, sign in")
    #expect(try await Self.outcome(script: "kill -9 $$") == Self.place + "it ended with signal 9")
  }

  @Test("what is no credentials is refused, and not quoted")
  func answers() async throws {
    func said(_ output: String) async throws -> String {
      try await Self.outcome(script: "cat <<'END'\n\(output)\nEND").replacing(Self.place, with: "")
    }
    #expect(try await said("verysecret") == "it did not print a JSON object with credentials")
    #expect(try await said("[]") == "it did not print a JSON object with credentials")
    #expect(
      try await said(#"{"AccessKeyId":"A","SecretAccessKey":"verysecret"}"#)
        == #"what it prints is not of version 1: "Version": 1 has to be in it"#)
    #expect(try await said(#"{"Version":1,"AccessKeyId":"A"}"#).hasSuffix("SecretAccessKey is missing; set it, too"))
    #expect(
      try await said(#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"verysecret","Expiration":"soon"}"#)
        == "Expiration is no time such as 2030-01-31T12:00:00Z")
  }

  @Test("a program that hangs is killed with what it started")
  func hanging() async throws {
    let home = try Home()
    let path = try home.program("program", script: "sleep 600 & echo $! > \(home.folder.url.path)/child; wait")
    try home.folder.write("[default]\ncredential_process = \(path)\n", to: ".aws/config")
    let said = try await Self.outcome(home, limit: .seconds(1))
    #expect(said == Self.place + "the program did not end within 1 s and was killed")
    let child = try String(contentsOf: home.folder.file("child"), encoding: .utf8).split(separator: "\n").first ?? "?"
    try await eventually("end of the program's child") {
      let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
      return state == nil || state?.contains(") Z ") == true
    }
  }

  @Test("a program that leaves a child with its output behind is not waited for longer")
  func leftBehind() async throws {
    let json = #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"verysecret"}"#
    #expect(try await Self.outcome(script: "sleep 5 & echo '\(json)'", limit: .seconds(60)) == "A")
  }

  @Test("output without end is cut off")
  func endless() async throws {
    #expect(
      try await Self.outcome(script: "yes verysecret") == Self.place
        + "the program printed more than 64 KiB and was killed")
    // Words of complaint may be long; they are no reason to fail.
    let json = #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"verysecret"}"#
    #expect(try await Self.outcome(script: "yes x | head -c 1000000 >&2; echo '\(json)'") == "A")
  }

  @Test("what cannot be started is named")
  func missing() async throws {
    #expect(
      try await Self.outcome(Self.home("/none/program x"))
        == Self.place + "there is no program '/none/program': check the path, and PATH")
    #expect(
      try await Self.outcome(Self.home("no-such-program-here"))
        == Self.place + "there is no program 'no-such-program-here': check the path, and PATH")
    #expect(try await Self.outcome(Self.home("'a")) == Self.place + "this is no command line: check its quotes")
    #expect(try await Self.outcome(Self.home("")) == Self.place + "this is no command line: check its quotes")
    let home = try Home()
    let file = try home.folder.write("\u{1}\u{2}", to: "program")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
    try home.folder.write("[default]\ncredential_process = \(file.path)\n", to: ".aws/config")
    #expect(try await Self.outcome(home) == Self.place + "the program does not start: Exec format error")
  }

  private static let sso = """
    [profile venue]
    sso_session = company
    sso_account_id = 123456789012
    sso_role_name = Streamer
    [sso-session company]
    sso_start_url = https://example.awsapps.com/start
    sso_region = eu-west-1
    [profile role]
    role_arn = arn:aws:iam::1:role/x
    source_profile = venue
    [profile login]
    login_session = arn:aws:iam::1:user/x
    """

  private static func signIn(_ profile: String, aws script: String?) async throws -> String {
    var home = try Home(config: sso)
    home.environment["PATH"] = home.folder.url.path
    if let script { _ = try home.program("aws", script: "PATH=/usr/bin:/bin\n\(script)") }
    do { return try await home.chain(profile: profile).credentials().accessKeyID } catch { return "\(error)" }
  }

  @Test("profiles of SSO, roles and logins are resolved by the AWS CLI v2", arguments: ["venue", "role", "login"])
  func commandLine(profile: String) async throws {
    let script = #"""
      [ "$*" = "configure export-credentials --profile \#(profile) --format process" ] || exit 2
      echo '{"Version": 1, "AccessKeyId": "ASIACLI", "SecretAccessKey": "verysecret", "SessionToken": "verysecrettoken",
        "Expiration": "2100-01-01T00:00:00+00:00"}'
      """#
    #expect(try await Self.signIn(profile, aws: script) == "ASIACLI")
  }

  @Test("without the AWS CLI v2, and where it fails, the next step is named")
  func noCommandLine() async throws {
    let advice =
      "install AWS CLI v2 and run `aws sso login --profile venue`, or use a profile with keys or a credential_process"
    #expect(
      try await Self.signIn("venue", aws: nil)
        == "profile 'venue' signs in with SSO: there is no `aws` on PATH; \(advice)")
    let old =
      "[ \"$1\" = --version ] && echo aws-cli/1.45.11 Python/3.11.7 && exit\necho 'Invalid choice' >&2; exit 252"
    #expect(
      try await Self.signIn("venue", aws: old)
        == "profile 'venue' signs in with SSO: the `aws` on PATH is version 1, which cannot help; \(advice)")
    let signedOut =
      "[ \"$1\" = --version ] && echo aws-cli/2.31.1 Python/3.13 && exit\necho 'Token has expired' >&2; exit 255"
    #expect(
      try await Self.signIn("venue", aws: signedOut)
        == "profile 'venue' signs in with SSO: Token has expired; run `aws sso login --profile venue`"
    )
    #expect(
      try await Self.signIn("role", aws: signedOut)
        == "profile 'role' assumes a role: Token has expired; check the profile")
    #expect(
      try await Self.signIn("login", aws: signedOut)
        == "profile 'login' signs in with `aws login`: Token has expired; run `aws login --profile login`"
    )
  }
}
