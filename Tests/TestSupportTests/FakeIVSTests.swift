internal import Foundation
internal import TestSupport
internal import Testing

@Suite("Servers that stand for Amazon IVS")
struct FakeIVSTests {
  private func boto3(_ script: String, environment: [String: String]) async throws -> Tool.Result {
    try await Tool.attempt(
      "python3", ["-c", "import boto3; ivs = boto3.client('ivs'); \(script)"],
      environment: environment.merging(PythonTools.environment) { _, new in new })
  }

  @Test("The fake answers boto3, notes who asked for what, and ends")
  func fake() async throws {
    let fake = try await FakeIVS(encryption: .everything, identities: [.readOnly])
    let made = try await fake.createChannels(count: 150, namePrefix: "test-")
    #expect(made.count == 150)
    let channel = try #require(made.first)
    #expect(channel.ingestEndpoint == "127.0.0.1:\(fake.ingestPort)")

    let listed = try await boto3(
      "print(sum(len(page['channels']) for page in ivs.get_paginator('list_channels').paginate()))",
      environment: fake.environment)
    #expect(listed.text == "150\n", "\(listed.errorText)")
    let key = "ivs.get_stream_key(arn='\(channel.streamKeyArn)')"
    let denied = try await boto3(key, environment: fake.environment(of: .readOnly))
    #expect(denied.errorText.contains("AccessDeniedException"))
    #expect(try await fake.violations().isEmpty)
    let wrong = try await boto3(
      key, environment: fake.environment.merging(["AWS_SECRET_ACCESS_KEY": "wrong"]) { _, new in new })
    #expect(wrong.errorText.contains("InvalidSignatureException"))
    #expect(try await fake.violations().map(\.error) == ["InvalidSignatureException"])

    try await fake.fault(FakeIVS.Fault("GetChannel", error: "PendingVerification"))
    let pending = try await boto3("ivs.get_channel(arn='\(channel.arn)')", environment: fake.environment)
    #expect(pending.errorText.contains("PendingVerification"))
    #expect(try await fake.requests().last?.operation == "GetChannel")
    #expect(try await fake.stop() == .exit(0))
    #expect(fake.log.isEmpty)
  }

  @Test("The fake's ingest takes a publisher by RTMPS and knows what arrived")
  func ingest() async throws {
    let fake = try await FakeIVS()
    let channel = try #require(try await fake.createChannels().first)
    let publisher = try RunningProcess(
      "ffmpeg",
      [
        "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "30", "-f", "flv", "-tls_verify", "1",
        "-ca_file", fake.authority.path, "rtmps://\(channel.ingestEndpoint)/app/\(channel.streamKey)",
      ])
    try await eventually("live stream", within: .seconds(20)) {
      try await fake.sessions(of: channel.arn).last?.isLive == true
    }
    try await fake.setViewers(-1, of: channel.arn)
    let put = try await boto3(
      """
      ivs.put_metadata(channelArn='\(channel.arn)', metadata='hello'); \
      print(ivs.get_stream(channelArn='\(channel.arn)')['stream']['viewerCount'])
      """, environment: fake.environment)
    #expect(put.text == "-1\n", "\(put.errorText)")
    #expect(try await fake.metadata().map(\.metadata) == ["hello"])
    try await fake.act(.end, on: channel.arn, code: "MultitrackInputNotAllowed")
    try await publisher.waitForExit(within: .seconds(10))

    let session = try #require(try await fake.sessions(of: channel.arn).last)
    #expect(session.isEncrypted && !session.isActive)
    #expect(session.events.map(\.name) == ["Session Created", "Stream Start", "Stream End", "Session Ended"])
    #expect(session.events.last?.code == "MultitrackInputNotAllowed")
    let recording = try #require(session.recordings.first)
    let probe = try await MediaProbe(URL(filePath: recording))
    #expect(probe.videoPackets.count >= 30)
  }

  @Test("What goes without being stopped takes its servers and files along")
  func leftovers() async throws {
    var fake: FakeIVS? = try await FakeIVS()
    let group = try #require(fake?.processIdentifier)
    let recordings = try #require(fake?.recordings.path)
    #expect(FileManager.default.fileExists(atPath: recordings))
    fake = nil
    try await eventually("end of the process group") { kill(-group, 0) != 0 }
    try await eventually("end of the folder") { !FileManager.default.fileExists(atPath: recordings) }
  }

  @Test("moto's server answers boto3 with its own channels and ends")
  func moto() async throws {
    let server = try await MotoServer()
    let listed = try await boto3(
      "ivs.create_channel(name='one'); print([channel['name'] for channel in ivs.list_channels()['channels']])",
      environment: server.environment)
    #expect(listed.text == "['one']\n", "\(listed.errorText)")
    try await server.stop()
  }
}
