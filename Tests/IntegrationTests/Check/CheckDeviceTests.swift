import Foundation
import TestSupport
import Testing

@Suite("check: real drivers in the virtual machine")
struct CheckDeviceTests {
  @Test("a camera and a microphone that work, a camera that is busy, and one that may not be opened")
  func devices() async throws {
    let program = try Product.ivsBroadcast()
    let output = try TemporaryDirectory()
    let small = "--video 320x240@15 --video-bitrate 300k --video-preset ultrafast --record /run/tmp/recordings"
    let result = try await DeviceLab.run(
      """
      check() { \(program) check --json --camera /dev/video0 \(small) "$@"; true; }
      check --microphone hw:LabMic,1,0 >/out/good.json
      \(program) stream --camera /dev/video0 --microphone test \(small) --json-status /run/tmp/status.json &
      streaming=$!
      until grep -q '"framesEncoded":[1-9]' /run/tmp/status.json 2>/dev/null; do sleep 0.2; done
      check --microphone test >/out/busy.json
      kill $streaming; wait $streaming
      chmod 660 /dev/video0; chgrp video /dev/video0; chmod 777 /run/tmp/recordings
      lab-as-visitor \(program) check --json --camera /dev/video0 \(small) --microphone test >/out/denied.json || true
      """, within: .seconds(170), output: output)
    func row(_ name: String, in file: String) throws -> CheckRun.Report.Row {
      let data = try Data(contentsOf: output.file("\(file).json"))
      let report = try JSONDecoder().decode(CheckRun.Report.self, from: data)
      return try #require(report.rows.first { $0.identifier == name })
    }
    try #require(result.termination == .exit(0), "\(result.text) \(result.errorText)")
    #expect(try row("camera", in: "good").verdict == "pass")
    #expect(try row("microphone", in: "good").verdict == "pass")
    let busy = try row("camera", in: "busy")
    #expect(busy.verdict == "fail" && busy.cause.contains("in use") && busy.remedy?.contains("fuser") == true)
    let denied = try row("camera", in: "denied")
    #expect(denied.verdict == "fail" && denied.cause.contains("group video"), "\(denied)")
    #expect(denied.remedy?.contains("usermod -aG video") == true)
  }
}
