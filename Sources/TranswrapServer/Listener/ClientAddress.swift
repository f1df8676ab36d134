internal import NIOCore

/// Where a client is, by what a load balancer says of it.
enum ClientAddress {
  /// The address in an X-Forwarded-For header; `nil` where there is none in it.
  /// - Parameter header: addresses with commas between them; the last one is what the load balancer itself saw.
  static func forwarded(_ header: String) -> String? {
    guard let last = header.split(separator: ",").last, last.utf8.count <= 64 else { return nil }
    return parse(String(last.filter { !$0.isWhitespace }))?.ipAddress
  }

  /// An address, maybe with brackets, a port or a zone, as load balancers write them.
  static func parse(_ text: String) -> SocketAddress? {
    if let address = try? SocketAddress(ipAddress: text, port: 0) { return address }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return parse(String(text[text.index(after: text.startIndex)..<end]))
    }
    if let zone = text.firstIndex(of: "%") { return parse(String(text[..<zone])) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 ? try? SocketAddress(ipAddress: String(parts[0]), port: 0) : nil
  }
}
