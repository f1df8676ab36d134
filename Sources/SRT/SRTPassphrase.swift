public import Networking

/// The secret that an SRT stream is encrypted with; both ends have to know it.
///
/// Its value can be read inside this module only.
public struct SRTPassphrase: Secret {
  /// `<passphrase>`.
  public static let placeholder = "<passphrase>"
  /// The lengths are those of `SRTO_PASSPHRASE`.
  private static let rule = SecretRule(
    "passphrase", byteCounts: 10...79, forbidden: "a line break or a control character",
    source: "give it with `passphrase-file` or IVS_SRT_PASSPHRASE"
  ) { $0.properties.generalCategory != .control }

  /// The passphrase as the library takes it.
  let value: String

  /// Takes a passphrase as it was copied; surrounding white space has to be removed by the caller.
  public init(_ text: String) throws(SecretError) { value = try Self.rule.checked(text) }
}
