import Foundation
import Media
import Synchronization
import Testing
import Web

@testable import IVS

extension ServiceClientTests {
  @Test("CloudWatch is asked by its own name for the five ingest metrics, and by the ARN where the id gives nothing")
  func metrics() async throws {
    let empty = "{\"MetricDataResults\":[{\"Id\":\"video\",\"Timestamps\":[],\"Values\":[]}]}"
    let figures = """
      {"MetricDataResults":[{"Id":"video","Timestamps":[1000,995],"Values":[100,2500000]},
      {"Id":"rate","Timestamps":[1000,995],"Values":[3,29.97]},{"Id":"keyframes","Timestamps":[995],"Values":[2]}]}
      """
    let script = Script([.json(empty), .json(figures)])
    let metrics = try await Self.client(script).ingestMetrics(of: try arn(), now: 1000)
    #expect(metrics.videoBitrate == 2_500_000 && metrics.frameRate == 29.97 && metrics.keyframeInterval == 2)
    #expect(script.requests.map(\.url) == Array(repeating: "https://monitoring.us-west-2.amazonaws.com/", count: 2))
    #expect(script.requests[0].headers.contains { $0.value == "GraniteServiceVersion20100801.GetMetricData" })
    #expect(script.bodies[0].contains("\"Value\":\"AbCdEf\""))
    #expect(script.bodies[1].contains("channel\\/AbCdEf"))
  }

  @Test("the name that CloudWatch had figures by is the only one from then on, and silence costs one question")
  func metricNames() async throws {
    let empty = Result<HTTPAnswer, HTTPFailure>.json("{\"MetricDataResults\":[]}")
    let figures = Result<HTTPAnswer, HTTPFailure>.json(
      "{\"MetricDataResults\":[{\"Id\":\"video\",\"Timestamps\":[1000],\"Values\":[100]}]}")
    let script = Script([empty, empty, empty, empty, empty, figures, empty, figures])
    let client = Self.client(script)
    var counts: [Int] = []
    for _ in 0..<7 {
      _ = try await client.ingestMetrics(of: try arn(), now: 1000)
      counts.append(script.requests.count)
    }
    #expect(counts == [2, 3, 4, 5, 6, 7, 8])
    let isByARN = script.bodies.map { $0.contains("channel\\/AbCdEf") }
    #expect(isByARN == [false, true, false, true, false, true, true, true])
  }
}
