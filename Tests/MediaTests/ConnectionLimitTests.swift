import Media
import Testing

@Suite("Who may be connected")
struct ConnectionLimitTests {
  @Test("strangers make room for who comes next, the oldest first; those who belong here stay")
  func eviction() {
    var connections = ConnectionLimit<Int>(limit: 3)
    #expect([1, 2, 3].map { connections.add($0) } == [.admitted, .admitted, .admitted])
    connections.recognize(1)
    #expect(connections.add(4) == .admittedInPlaceOf(2))
    connections.remove(2)
    #expect(connections.add(5) == .admittedInPlaceOf(3))
    #expect(connections.count == 3)
    connections.recognize(4)
    connections.recognize(5)
    #expect(connections.add(6) == .refused)
    connections.remove(4)
    #expect(connections.add(6) == .admitted)
    #expect(connections.add(7) == .admittedInPlaceOf(6))
  }

  @Test("a thousand that only connect are never more than there are places, and keep nobody out")
  func flood() {
    var connections = ConnectionLimit<Int>(limit: 8)
    for id in 0..<1000 {
      #expect(connections.add(id) != .refused)
      #expect(connections.count <= 8)
    }
    #expect(connections.add(-1) == .admittedInPlaceOf(992))
    connections.recognize(-1)
    for id in 2000..<2100 { #expect(connections.add(id) != .admittedInPlaceOf(-1)) }
  }

  @Test("who was never there can neither leave nor be recognized")
  func unknown() {
    var connections = ConnectionLimit<Int>(limit: 1)
    connections.recognize(9)
    connections.remove(9)
    #expect(connections.count == 0 && connections.add(1) == .admitted)
  }
}
