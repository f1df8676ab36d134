import Interface
import Testing

@Suite("The verdict beside IVS's word")
struct VerdictTests {
  @Test("good needs IVS's word where IVS can be asked, and an alarm of it is bad")
  func verdict() {
    var evidence = Verdict.Evidence()
    evidence.hasDelivered = true
    #expect(Verdict.judge(evidence).level == .good)
    evidence.awaitsService = true
    #expect(Verdict.judge(evidence).level == .pending)
    evidence.serviceAlarm = "IVS is starving"
    #expect(Verdict.judge(evidence) == Verdict(level: .bad, reason: "IVS is starving"))
  }
}
