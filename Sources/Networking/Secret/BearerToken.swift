/// What a client shows a proxy to be let in.
public struct BearerToken: Secret {
  /// `<token>`.
  public static let placeholder = "<token>"
  private static let rule = SecretRule(
    "token", byteCounts: 1...8192, forbidden: "something else than visible ASCII",
    source: "give one"
  ) { (0x21...0x7E).contains($0.value) }

  /// The token as it goes over the wire.
  package let value: String

  /// Takes a token as it was copied; surrounding white space has to be removed by the caller.
  public init(_ text: String) throws(SecretError) { value = try Self.rule.checked(text) }
}
