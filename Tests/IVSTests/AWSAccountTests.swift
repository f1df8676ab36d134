import IVS
import NIOPosix
import Settings
import Testing

@Suite("AWS account")
struct AWSAccountTests {
  @Test("an account whose endpoints cannot be leaves no client open")
  func wrongEndpoint() throws {
    // A client that is let go of while it is open ends a debug build.
    #expect(throws: OperatorFailure.self) {
      try AWSAccount.open(
        environment: ["AWS_ENDPOINT_URL_IVS": "http://127.0.0.1:8", "AWS_USE_FIPS_ENDPOINT": "true"],
        home: "/nonexistent", profile: nil, region: nil, group: .singletonMultiThreadedEventLoopGroup)
    }
  }
}
