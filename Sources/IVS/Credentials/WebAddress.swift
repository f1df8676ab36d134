internal import FoundationEssentials

/// Scheme and host of a web service's URL, looked at before anything secret is sent there.
struct WebAddress: Equatable {
  let isEncrypted: Bool
  /// In lower case; an IPv6 address without brackets.
  let host: String

  /// `nil` unless it is `http://` or `https://` with a host.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), let url = URL(string: text),
      let scheme = url.scheme?.lowercased(), scheme == "http" || scheme == "https", url.user == nil,
      var host = url.host(percentEncoded: true)?.lowercased(), !host.isEmpty
    else { return nil }
    if host.first == "[" && host.last == "]" { host = String(host.dropFirst().dropLast()) }
    isEncrypted = scheme == "https"
    self.host = host
  }

  /// Whether the host is this machine: `localhost`, `127.…`, `::1`.
  var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.first == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
