import Foundation
import Media
import Synchronization
import Testing
import Web

@testable import IVS

extension ServiceClientTests {
  @Test("throttling and failures of the service are tried again, at most three times")
  func retries() async throws {
    let script = Script([
      .fault(429, "ThrottlingException"), .fault(503, "ServiceUnavailable"),
      .json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}"),
    ])
    _ = try await Self.client(script).channel(try arn())
    #expect(script.requests.count == 3)
    let dead = Script(Array(repeating: .fault(500, "InternalServerException"), count: 5))
    await #expect(throws: IVSError.unavailable(operation: "GetChannel", status: 500)) {
      try await Self.client(dead).channel(try arn())
    }
    #expect(dead.requests.count == 3)
  }

  @Test("what must not happen twice is not asked twice when the answer was lost")
  func notTwice() async throws {
    let script = Script([.failure(.timedOut(host: "ivs"))])
    await #expect(throws: IVSError.transport(.timedOut(host: "ivs"))) {
      try await Self.client(script).putMetadata("x", to: try arn())
    }
    #expect(script.operations == ["PutMetadata"])
  }

  @Test(
    "a lost answer and a failure in the middle of the work are not asked for again where twice is too often",
    arguments: [
      .failure(.connectionLost(host: "ivs")), .fault(500, "InternalServerException"), .fault(502, ""), .fault(504, ""),
    ] as [Result<HTTPAnswer, HTTPFailure>])
  func lostAnswer(_ answer: Result<HTTPAnswer, HTTPFailure>) async throws {
    let script = Script([answer, .json("")])
    await #expect(throws: IVSError.self) { try await Self.client(script).putMetadata("x", to: try arn()) }
    #expect(script.operations == ["PutMetadata"])
    let read = Script([answer, .json("{\"channel\":{\"arn\":\"\(Self.arnText)\"}}")])
    _ = try await Self.client(read).channel(try arn())
    #expect(read.operations == ["GetChannel", "GetChannel"])
  }

  @Test(
    "what has certainly not been done is asked again, however often it may be done",
    arguments: [
      .failure(.cannotConnect(host: "ivs", reason: "refused")), .failure(.unknownHost("ivs")),
      .fault(429, "ThrottlingException"), .fault(503, "ServiceUnavailable"),
    ] as [Result<HTTPAnswer, HTTPFailure>])
  func undone(_ answer: Result<HTTPAnswer, HTTPFailure>) async throws {
    let script = Script([answer, .json("")])
    try await Self.client(script).putMetadata("x", to: try arn())
    #expect(script.operations == ["PutMetadata", "PutMetadata"])
  }

  @Test("what is gone when it is asked for again was done by the request whose answer was lost")
  func doneBefore() async throws {
    let lost = Result<HTTPAnswer, HTTPFailure>.failure(.connectionLost(host: "ivs"))
    let stopped = Script([lost, .fault(404, "ChannelNotBroadcasting")])
    try await Self.client(stopped).stopStream(of: try arn())
    #expect(stopped.operations == ["StopStream", "StopStream"])
    let deleted = Script([lost, .fault(404, "ResourceNotFoundException")])
    try await Self.client(deleted).deleteChannel(try arn())
    // Without a lost answer it was never there.
    for first in [[], [.fault(429, "ThrottlingException")]] as [[Result<HTTPAnswer, HTTPFailure>]] {
      let offline = Script(first + [.fault(404, "ChannelNotBroadcasting")])
      await #expect(throws: IVSError.channelNotBroadcasting) {
        try await Self.client(offline).stopStream(of: try arn())
      }
    }
  }
}
