public import Foundation

/// A certificate with its key, as files in PEM.
public struct Certificate: Sendable {
  /// The certificate, then its authority's.
  public let chain: URL
  /// The private key, not encrypted.
  public let privateKey: URL
}

/// A throwaway authority that issues server certificates, by openssl.
public final class CertificateAuthority: Sendable {
  /// When a certificate is valid.
  public enum Validity: Sendable {
    case tenYears
    /// It ended in 2020.
    case expired
  }

  /// The authority's own certificate in PEM: what a client is told to trust.
  public let certificate: URL
  private let folder: TemporaryDirectory

  /// Makes an authority that nobody trusts yet.
  public init() async throws {
    folder = try TemporaryDirectory()
    certificate = folder.file("authority.pem")
    try folder.write(
      """
      [ca]
      default_ca = authority
      [authority]
      database = \(folder.url.path)/index.txt
      new_certs_dir = \(folder.url.path)
      rand_serial = yes
      certificate = \(certificate.path)
      private_key = \(folder.file("authority.key").path)
      default_md = sha256
      policy = any
      copy_extensions = copy
      unique_subject = no
      [any]
      commonName = supplied
      [req]
      distinguished_name = name
      x509_extensions = root
      [name]
      [root]
      basicConstraints = critical, CA:true
      keyUsage = critical, keyCertSign, cRLSign
      subjectKeyIdentifier = hash

      """, to: "openssl.conf")
    try folder.write("", to: "index.txt")
    try await Tool.run(
      "openssl",
      ["req", "-x509", "-config", folder.file("openssl.conf").path, "-subj", "/CN=Test authority", "-days", "3650"]
        + Self.newKey(folder.file("authority.key")) + ["-out", certificate.path])
  }

  /// Issues a certificate for host names and addresses.
  public func issue(for hosts: [String], validity: Validity = .tenYears) async throws -> Certificate {
    let name = UUID().uuidString
    let request = folder.file("\(name).csr")
    let leaf = folder.file("\(name).crt")
    let key = folder.file("\(name).key")
    let names = hosts.map { host in (Self.isAddress(host) ? "IP:" : "DNS:") + host }.joined(separator: ",")
    let configuration = folder.file("openssl.conf").path
    try await Tool.run(
      "openssl",
      ["req", "-new", "-config", configuration, "-subj", "/CN=\(hosts.first ?? "nobody")"]
        + Self.newKey(key)
        + [
          "-addext", "subjectAltName=\(names)", "-addext", "extendedKeyUsage=serverAuth",
          "-addext", "basicConstraints=critical,CA:false", "-out", request.path,
        ])
    let dates =
      switch validity {
      case .tenYears: ["-days", "3650"]
      case .expired: ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
      }
    try await Tool.run(
      "openssl",
      ["ca", "-batch", "-notext", "-config", configuration, "-in", request.path, "-out", leaf.path] + dates)
    let chain = try String(contentsOf: leaf, encoding: .utf8) + String(contentsOf: certificate, encoding: .utf8)
    return Certificate(chain: try folder.write(chain, to: "\(name).pem"), privateKey: key)
  }

  private static func newKey(_ file: URL) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file.path]
  }

  private static func isAddress(_ host: String) -> Bool {
    host.contains(":") || host.split(separator: ".").count == 4 && host.allSatisfy { $0.isNumber || $0 == "." }
  }
}
