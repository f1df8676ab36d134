import Interface
import Media
import Settings
import TestSupport
import Testing

@testable import Pipeline

private struct Weak {
  weak var opening: ThreadedOpening<Int>?
}

@Suite("A device whose open hangs")
struct HangingDeviceTests {
  @Test("chosen twenty times it is asked once; the picture is held all the time; late it is taken all the same")
  func hangs() async throws {
    let (driver, pending) = (HeldDriver(), PendingOpenings())
    for round in 1...20 {
      let stage = CountingStage()
      try stage.run { HangingSource(driver: driver, pending: pending, stage: stage) }
      try await eventually("round \(round) holds") {
        driver.opens == 1 && stage.counts.held > 3 && stage.counts.isStandingIn && stage.counts.facts.state == .waiting
      }
      #expect(stage.counts.facts.description == "it does not open")
      stage.count { $0.isOver = true }
    }
    let stage = CountingStage()
    try stage.run { HangingSource(driver: driver, pending: pending, stage: stage) }
    try await eventually("the twenty-first holds too") { stage.counts.held > 3 }
    driver.release()
    try await eventually("pictures") { stage.counts.pictures > 3 && stage.counts.facts.state == .running }
    #expect(driver.opens == 1)
    #expect(stage.counts.facts.description == "camera 1")
    stage.count { $0.isOver = true }
  }

  @Test("a list of devices answers all the same, and says which one does not; twenty lists take one thread")
  func list() async throws {
    let (driver, access) = (HeldDriver(), DeviceAccess())
    let listed = HeldDriver()
    listed.release()
    let search = DeviceSearch<String>("cameras", access) {
      listed.open()
      return ["A", "B"]
    }
    let first = await search.find(timeout: .seconds(30))
    #expect(first.devices == ["A", "B"] && first.problem == nil)
    let opening = ThreadedOpening<Int>.start(name: "camera-open") {
      try access.exclusively(for: "the camera A") {
        driver.open()
        return 1
      }
    }
    try await eventually("the hang") { driver.opens == 1 }
    for _ in 1...20 {
      let found = await search.find(timeout: .milliseconds(20))
      #expect(found.devices == ["A", "B"])
      #expect(found.problem == "the camera A does not answer: unplug it and plug it in again")
    }
    #expect(listed.opens == 1)
    await withTaskGroup(of: DeviceSearch<String>.Result?.self) { group in
      for _ in 1...2 { group.addTask { await search.lateAnswer() } }
      // One of them waits, which is enough.
      let other = await group.next() ?? nil
      #expect(other?.devices == nil)
      driver.release()
      let late = await group.next() ?? nil
      #expect(late?.devices == ["A", "B"] && late?.problem == nil)
    }
    try await eventually("the answer") { opening.isAnswered }
    #expect(try opening.take() == 1)
    #expect(await search.lateAnswer() == nil)
  }

  @Test("who waits for another one's driver gives up with its name")
  func exclusive() async throws {
    let (driver, access) = (HeldDriver(), DeviceAccess())
    let opening = ThreadedOpening<Int>.start(name: "camera-open") {
      try access.exclusively(for: "the camera A") {
        driver.open()
        return 1
      }
    }
    try await eventually("the hang") { access.current == "the camera A" }
    let failure = #expect(throws: OperatorFailure.self) {
      try access.exclusively(for: "the camera B", timeout: .milliseconds(20)) { 2 }
    }
    #expect(failure?.description.hasPrefix("the camera A does not answer") == true)
    driver.release()
    try await eventually("the answer") { opening.isAnswered }
  }

  @Test("a film that hangs as it is opened is read by one thread; one that has begun, or ended, is opened anew")
  func films() throws {
    let pending = PendingOpenings()
    func attempt(_ film: String) -> FilmReadAhead<String>? { pending.attempt(at: film) { FilmReadAhead(capacity: 9) } }
    let (hanging, ended) = (try #require(attempt("a")), try #require(attempt("b")))
    hanging.abandon()
    #expect(attempt("a") === hanging)
    #expect(hanging.put(.item("picture", .zero)) == .goOn)
    hanging.abandon()
    #expect(attempt("a") !== hanging)
    ended.abandon()
    #expect(ended.put(.item("picture", .zero)) == .end)
    #expect(attempt("b") == nil)
  }

  @Test("an attempt serves only who wants the device in the same way; what nobody waits for is closed")
  func variants() async throws {
    let (driver, pending) = (HeldDriver(), PendingOpenings())
    func attempt(_ variant: String) -> ThreadedOpening<Int>? {
      pending.attempt(at: "camera", as: variant) {
        .start(name: "open") {
          driver.open()
          return 1
        }
      }
    }
    var first = attempt("720p")
    try await eventually("the hang") { driver.opens == 1 }
    #expect(attempt("720p") === first)
    #expect(attempt("1080p") == nil)
    let known = Weak(opening: first)
    first = nil
    #expect(known.opening != nil)
    driver.release()
    try await eventually("the end of the attempt") { known.opening == nil }
    #expect(attempt("1080p") != nil)
  }
}
