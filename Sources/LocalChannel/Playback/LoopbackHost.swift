/// The value of a Host field (RFC 9110 §7.2) that can only mean this machine: a loopback name or address, with or
/// without a port.
///
/// A page of the web can have its own name resolved to 127.0.0.1 and read what is there (DNS rebinding); its requests
/// then carry that name. Any port goes, as people forward ports. Pure.
enum LoopbackHost {
  static func isNamed(by field: String) -> Bool {
    guard field.utf8.count <= 64 else { return false }
    let (host, port) = parts(of: field.lowercased())
    guard port.utf8.count <= 5, port.utf8.allSatisfy(isDigit) else { return false }
    return host == "localhost" || host == "[::1]" || isLoopbackAddress(host)
  }

  private static func parts(of field: String) -> (host: Substring, port: Substring) {
    if field.hasPrefix("["), let end = field.firstIndex(of: "]") {
      let rest = field[field.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { return ("", "") }
      return (field[...end], rest.dropFirst())
    }
    guard let colon = field.firstIndex(of: ":") else { return (field[...], "") }
    return (field[..<colon], field[field.index(after: colon)...])
  }

  /// 127.0.0.0/8, in the one notation that everybody reads alike.
  private static func isLoopbackAddress(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "127" else { return false }
    return parts.allSatisfy { part in
      (1...3).contains(part.utf8.count) && part.utf8.allSatisfy(isDigit) && (part == "0" || part.first != "0")
        && (Int(part) ?? 256) < 256
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
