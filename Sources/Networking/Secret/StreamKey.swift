/// The secret name under which a stream is published.
///
/// Its value can be read inside this package only.
public struct StreamKey: Secret {
  /// `<stream key>`.
  public static let placeholder = "<stream key>"
  /// The most bytes that a key may have.
  private static let byteLimit = 1024
  private static let rule = SecretRule(
    "stream key", byteCounts: 1...byteLimit, forbidden: "a space, a line break, a control character or a '/'",
    source: "check what the file or the variable holds"
  ) { scalar in
    scalar != "/" && !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
  }

  /// The key as it goes over the wire, with IVS's parameters.
  package let value: String

  /// Takes a key as it was copied; surrounding line breaks and spaces have to be removed by the caller.
  public init(_ text: String) throws(SecretError) { value = try Self.rule.checked(text) }

  private init(unchecked value: String) { self.value = value }

  /// The key with the priority that lets a stream take over a running one with a lower one (IVS stream takeover).
  /// - Parameter priority: 1…2,147,483,647; others are brought into that range.
  public func withPriority(_ priority: Int) -> StreamKey {
    let name = value.prefix { $0 != "?" }
    return StreamKey(unchecked: "\(name)?priority=\(max(1, min(Int(Int32.max), priority)))")
  }

  /// The part that identifies the channel: without parameters.
  package var name: String { String(value.prefix { $0 != "?" }) }

  /// Whether both name the same channel; takes the same time wherever they differ.
  ///
  /// Parameters do not count.
  public func names(sameChannelAs other: StreamKey) -> Bool {
    let (left, right) = (Array(name.utf8), Array(other.name.utf8))
    var difference = UInt(bitPattern: left.count ^ right.count)
    for index in 0..<Self.byteLimit {
      let a = index < left.count ? left[index] : 0
      let b = index < right.count ? right[index] : 0
      difference |= UInt(a ^ b)
    }
    return difference == 0
  }
}
