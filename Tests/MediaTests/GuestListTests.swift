import Media
import Testing

@Suite("Who may be connected")
struct GuestListTests {
  @Test("strangers make room for who comes next, the oldest first; those who belong here stay")
  func eviction() {
    var guests = GuestList<Int>(limit: 3)
    #expect([1, 2, 3].map { guests.enter($0) } == [.admitted, .admitted, .admitted])
    guests.recognize(1)
    #expect(guests.enter(4) == .admittedInPlaceOf(2))
    guests.leave(2)
    #expect(guests.enter(5) == .admittedInPlaceOf(3))
    #expect(guests.count == 3)
    guests.recognize(4)
    guests.recognize(5)
    #expect(guests.enter(6) == .refused)
    guests.leave(4)
    #expect(guests.enter(6) == .admitted)
    #expect(guests.enter(7) == .admittedInPlaceOf(6))
  }

  @Test("a thousand that only connect are never more than there are places, and keep nobody out")
  func flood() {
    var guests = GuestList<Int>(limit: 8)
    for id in 0..<1000 {
      #expect(guests.enter(id) != .refused)
      #expect(guests.count <= 8)
    }
    #expect(guests.enter(-1) == .admittedInPlaceOf(992))
    guests.recognize(-1)
    for id in 2000..<2100 { #expect(guests.enter(id) != .admittedInPlaceOf(-1)) }
  }

  @Test("who was never there can neither leave nor be recognized")
  func unknown() {
    var guests = GuestList<Int>(limit: 1)
    guests.recognize(9)
    guests.leave(9)
    #expect(guests.count == 0 && guests.enter(1) == .admitted)
  }
}
