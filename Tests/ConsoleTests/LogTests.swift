import Interface
import Testing

@testable import Console

@Suite("The log in the console") struct LogTests {
  private static let severities: [BroadcastEvent.Severity] = [.info, .notice, .warning, .error]

  /// A log of so many lines over three days, and what its reader would answer.
  private struct Log {
    var records: [LogRecord]

    init(_ count: Int) {
      records = (0..<count).map { number in
        LogRecord(
          id: LogPosition(file: number < count / 2 ? 0 : 1, offset: number * 50),
          time: "2026-11-\(25 + number * 3 / max(count, 1)) 14:\(10 + number % 50):00", zone: "+01:00",
          severity: severities[number % 4], text: "event \(number)")
      }
    }

    func answer(_ query: LogQuery, pageLength: Int = 40) -> LogPage {
      let wanted = records.filter(query.wants)
      switch query.part {
      case .newest:
        return LogPage(
          number: query.number, records: wanted.suffix(pageLength), isFromStart: wanted.count <= pageLength)
      case .older(let position):
        let older = wanted.filter { $0.id < position }
        return LogPage(
          number: query.number, records: older.suffix(pageLength), isFromStart: older.count <= pageLength)
      case .newer(let position): return LogPage(number: query.number, records: wanted.filter { $0.id > position })
      }
    }

    /// Answers queries until there are none.
    func serve(_ effects: [ConsoleEffect], _ person: inout Operator) {
      var waiting = effects
      while !waiting.isEmpty {
        if case .readLog(let query) = waiting.removeFirst() {
          waiting += person.reducer.handle(.log(answer(query)))
        }
      }
    }
  }

  private func view(_ person: Operator) -> LogView? {
    for case .log(let log) in person.reducer.state.dialogs { return log }
    return nil
  }

  @Test("Enter on the events shows the log from its end, and one event whole") func opens() {
    let log = Log(100)
    var person = Operator(Samples.live)
    person.reducer = Reducer(state: person.reducer.state)
    while person.reducer.state.focus != .events { _ = person.press(.tab) }
    log.serve(person.press(.enter), &person)
    #expect(person.screen.contains("event 99") && person.screen.contains("11-27 14:"))
    _ = person.press(.up, .enter)
    #expect(person.screen.contains("+01:00") && person.screen.contains("event 98"))
    _ = person.press(.escape, .escape)
    #expect(person.reducer.state.dialogs.isEmpty)
  }

  @Test("going up reads what is older, to the first event of all") func older() throws {
    let log = Log(1000)
    var person = Operator(Samples.live)
    log.serve(person.press(.character("L")), &person)
    for _ in 0..<30 { log.serve(person.press(.pageUp), &person) }
    #expect(try #require(view(person)).records.count > 400)
    log.serve(person.press(.home), &person)
    #expect(view(person)?.records.count == 1000 && view(person)?.index == 0)
    #expect(person.screen.contains("1 of 1000") && person.screen.contains("event 0"))
  }

  @Test("what is looked for is found on other days too; text and time alike", arguments: ["event 7", "11-25 14:17"])
  func filters(text: String) {
    let log = Log(1000)
    var person = Operator(Samples.live)
    log.serve(person.press(.character("L"), .character("/")), &person)
    for character in text { log.serve(person.press(.character(character)), &person) }
    log.serve(person.press(.enter, .home), &person)
    #expect(view(person)?.records.first?.text == "event 7")
    #expect(view(person)?.records.allSatisfy { "\($0.time) \($0.text)".contains(text) } == true)
    log.serve(person.press(.escape), &person)
    #expect(view(person)?.filter.isEmpty == true, "the first Esc ends the search")
    _ = person.press(.escape)
    #expect(person.reducer.state.dialogs.isEmpty, "the second one closes the log")
  }

  @Test("errors alone are shown by severity") func severity() {
    let log = Log(200)
    var person = Operator(Samples.live)
    log.serve(person.press(.character("L")), &person)
    log.serve(person.press(.character("E"), .character("G"), .enter), &person)
    #expect(view(person)?.records.allSatisfy { $0.severity == .error } == true)
  }

  @Test("an answer to an earlier question is not shown") func late() {
    let log = Log(100)
    var person = Operator(Samples.live)
    let first = person.press(.character("L"))
    let second = person.press(.character("/"), .character("9"))
    log.serve(second, &person)
    log.serve(first, &person)
    #expect(view(person)?.records.allSatisfy { $0.text.contains("9") || $0.time.contains("9") } == true)
  }

  @Test("what happens meanwhile comes to its end") func follows() {
    var log = Log(10)
    var person = Operator(Samples.live)
    log.serve(person.press(.character("L")), &person)
    log.records = Log(12).records.map { record in
      var record = record
      record.id.file = 1
      return record
    }
    var status = Samples.live
    status.events.append(BroadcastEvent(id: 9, clock: "14:32:00", severity: .info, text: "event 11"))
    log.serve(person.reducer.handle(.status(status)), &person)
    #expect(person.screen.contains("event 11"))
  }

  @Test("a log that cannot be read says why") func problem() {
    var person = Operator(Samples.live)
    for case .readLog(let query) in person.press(.character("L")) {
      _ = person.reducer.handle(.log(LogPage(number: query.number, problem: "no thread can be had")))
    }
    #expect(person.screen.contains("no thread can be had"))
  }
}
