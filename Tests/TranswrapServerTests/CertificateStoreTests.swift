import Foundation
import Logging
import Media
import Settings
import TestSupport
import Testing

@testable import TranswrapServer

private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("The proxy's certificate")
struct CertificateStoreTests {
  private let folder: TemporaryDirectory
  private let files: ProxySettings.TLSFiles

  init() throws {
    folder = try TemporaryDirectory()
    files = ProxySettings.TLSFiles(
      certificate: folder.file("cert.pem").path, key: folder.file("key.pem").path)
  }

  private func install(_ chain: URL?, _ key: URL?) throws {
    if let chain { try folder.write(try String(contentsOf: chain, encoding: .utf8), to: "cert.pem") }
    if let key { try folder.write(try String(contentsOf: key, encoding: .utf8), to: "key.pem") }
  }

  @Test("changed files are taken over once they belong together; until then the old ones are used")
  func reload() async throws {
    let authority = try await CertificateAuthority()
    let (old, new) = (try await authority.issue(for: ["a.example"]), try await authority.issue(for: ["b.example"]))
    try install(old.chain, old.privateKey)
    let store = try CertificateStore(files, logger: logger)
    let first = store.context
    store.reload()
    #expect(store.context === first, "nothing has changed")
    try install(new.chain, nil)
    store.reload()
    #expect(store.context === first, "certificate and key are of different pairs")
    try install(nil, new.privateKey)
    store.reload()
    let second = store.context
    #expect(second !== first)
    try folder.write("no certificate", to: "cert.pem")
    store.reload()
    #expect(store.context === second)
    try FileManager.default.removeItem(atPath: files.key)
    store.reload()
    #expect(store.context === second)
    try install(old.chain, old.privateKey)
    store.reload()
    #expect(store.context !== second)
  }

  @Test("at the start files that cannot be used are said by their names, and never by their content")
  func wrong() async throws {
    let authority = try await CertificateAuthority()
    let (one, other) = (try await authority.issue(for: ["a.example"]), try await authority.issue(for: ["b.example"]))
    func failure() -> String {
      do throws(OperatorFailure) { _ = try CertificateStore(files, logger: logger) } catch { return error.description }
      return "none"
    }
    #expect(failure().hasPrefix("\(files.certificate): no certificate in PEM"))
    try install(one.chain, nil)
    #expect(failure().hasPrefix("\(files.key): no private key in PEM"))
    try folder.write("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", to: "key.pem")
    #expect(failure().hasPrefix("\(files.key): no private key in PEM"))
    try install(nil, other.privateKey)
    #expect(failure().hasPrefix("\(files.certificate) and \(files.key) do not belong together"))
    try install(nil, one.privateKey)
    #expect(failure() == "none")
  }
}
