import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Networking

/// A resolver that answers as it is told, or hangs until then.
private final class FakeResolver: Sendable {
  private let state = Mutex<(answer: NameLookup.Answer?, asked: Int)>((nil, 0))

  var asked: Int { state.withLock { $0.asked } }

  func say(_ answer: NameLookup.Answer?) { state.withLock { $0.answer = answer } }

  func lookup() -> NameLookup.Answer {
    state.withLock { $0.asked += 1 }
    for _ in 0..<1000 {
      if let answer = state.withLock({ $0.answer }) { return answer }
      usleep(10_000)
    }
    return .failed
  }
}

@Suite("Names that are looked up again and again")
struct RecentNamesTests {
  private let resolver = FakeResolver()
  private let names: RecentNames
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let (old, new): (SocketAddress, SocketAddress)

  init() throws {
    let resolver = resolver
    names = RecentNames { _, _, _ in resolver.lookup() }
    (old, new) = (
      try SocketAddress(ipAddress: "192.0.2.1", port: 443), try SocketAddress(ipAddress: "192.0.2.2", port: 443)
    )
  }

  private func ask(_ host: String = "ingest.example") async throws -> [SocketAddress] {
    try await names.addresses(of: host, port: 443, family: AF_INET, on: loop).get()
  }

  @Test("each attempt asks anew, and takes the new answer")
  func anew() async throws {
    resolver.say(.addresses([old]))
    #expect(try await ask() == [old])
    resolver.say(.addresses([new]))
    #expect(try await ask() == [new])
    #expect(resolver.asked == 2)
  }

  @Test("while the resolver fails, what it said last is used; a name that is no more leads nowhere")
  func fails() async throws {
    resolver.say(.failed)
    #expect(try await ask() == [])
    resolver.say(.addresses([old]))
    _ = try await ask()
    resolver.say(.failed)
    #expect(try await ask() == [old])
    resolver.say(.noSuchName)
    #expect(try await ask() == [])
    resolver.say(.failed)
    #expect(try await ask() == [])
  }

  @Test("a resolver that hangs is waited for a second where an answer is known, asked once, and its late answer counts")
  func hangs() async throws {
    resolver.say(.addresses([old]))
    _ = try await ask()
    resolver.say(nil)
    let before = ContinuousClock.now
    for _ in 0..<2 { #expect(try await ask() == [old]) }
    #expect(ContinuousClock.now - before < .seconds(4))
    #expect(resolver.asked == 2)
    async let third = ask()
    resolver.say(.addresses([new]))
    #expect(try await third == [new])
  }

  @Test("what is remembered is bounded")
  func limit() async throws {
    resolver.say(.addresses([old]))
    for index in 0..<200 { _ = try await ask("host-\(index)") }
    #expect(names.count <= RecentNames.limit)
  }
}
