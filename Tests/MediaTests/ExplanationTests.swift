import Media
import Testing

@Suite("Cause and remedy") struct ExplanationTests {
  private struct Plain: Error, CustomStringConvertible { let description = "no words for it" }
  private struct Explained: ExplainedError { let explanation = Explanation("no camera", "connect one") }

  @Test("on one line the remedy stands behind a colon; behind a semicolon where the cause has one") func line() {
    #expect("\(Explanation("no camera", "connect one"))" == "no camera: connect one")
    #expect("\(Explanation("kiosk.yaml:3: no camera", "connect one"))" == "kiosk.yaml:3: no camera; connect one")
    #expect("\(Explanation("127.0.0.1:1935 is silent", "try later"))" == "127.0.0.1:1935 is silent: try later")
    #expect("\(Explanation("the disk is full"))" == "the disk is full")
  }

  @Test("a place goes before the cause and leaves the remedy alone") func place() {
    let explanation = Explanation("no camera", "connect one").at("--camera")
    #expect(explanation.cause == "--camera: no camera" && explanation.remedy == "connect one")
  }

  @Test("an error is explained by itself, or by its words") func errors() {
    #expect(Explanation(of: Explained()).remedy == "connect one")
    #expect(Explanation(of: Plain()) == Explanation("no words for it"))
    #expect("\(Explained())" == "no camera: connect one")
  }
}
