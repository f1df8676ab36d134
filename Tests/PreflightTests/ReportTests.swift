import Capture
import Codec
import Foundation
import Interface
import Media
import Settings
import Synchronization
import Testing

@testable import Preflight

@Suite("Pre-flight: the report")
struct CheckReportTests {
  private func report(_ findings: [(CheckRow.Identifier, CheckFinding)]) -> CheckReport {
    let board = CheckReportBuilder { _ in }
    for (identifier, finding) in findings { board.say(identifier, finding) }
    return board.close()
  }

  @Test("nothing failed: ready, with exit code 0, warnings or not")
  func ready() {
    #expect(report([(.camera, .pass("the test pattern"))]).verdict == "ready to go live")
    let warned = report([(.camera, .pass("the test pattern")), (.machine, .warn("load 9", "close other programs"))])
    #expect(warned.verdict == "ready to go live, 1 warning")
    #expect(warned.isReady && warned.exitStatus == .success)
  }

  @Test("the exit code is that of the first failing row in the report's order, whichever came first")
  func exitCode() {
    let report = report([
      (.tls, .fail("expired", "renew it", .protocol)), (.machine, .warn("load 9", "close other programs")),
      (.camera, .fail("no camera", "connect one", .noInput)),
    ])
    #expect(report.verdict == "2 problems, 1 warning")
    #expect(report.exitStatus == .noInput)
    #expect(report.rows.map(\.identifier) == CheckRow.Identifier.allCases)
  }

  @Test("what was begun and is not done when time is up has failed; what was not begun is left out")
  func timeUp() async {
    let board = CheckReportBuilder { _ in }
    let hanging = Task { await board.row(.dns, within: .seconds(60)) { await Self.never() } as Bool? }
    await waitUntil { board.hasBegun(.dns) }
    let report = board.close()
    hanging.cancel()
    #expect(report.rows.first { $0.identifier == .dns }?.verdict == .fail)
    #expect(report.rows.first { $0.identifier == .tcp }?.verdict == .skipped)
    board.say(.tcp, .pass("too late"))
    #expect(board.close() == report)
  }

  @Test("rows are shown in the report's order, whatever ends first, and each as soon as that is possible")
  func order() {
    var order = CheckOrder()
    func take(_ identifier: CheckRow.Identifier) -> [CheckRow.Identifier] {
      order.take(CheckRow(identifier, .pass("fine"), seconds: 0)).map(\.identifier)
    }
    #expect(take(.camera).isEmpty)
    #expect(take(.tls).isEmpty)
    #expect(take(.settings) == [.settings, .camera])
    #expect(take(.encoder).isEmpty)
    #expect(take(.microphone) == [.microphone, .encoder])
    var (all, rest) = (CheckOrder(), CheckRow.Identifier.allCases)
    rest.shuffle()
    let shown = rest.flatMap { all.take(CheckRow($0, .pass("fine"), seconds: 0)) }
    #expect(shown.map(\.identifier) == CheckRow.Identifier.allCases)
  }

  @Test("a row that hangs fails at its own limit")
  func rowLimit() async {
    let board = CheckReportBuilder { _ in }
    let value: Bool? = await board.row(.camera, within: .milliseconds(20)) { await Self.never() }
    #expect(value == nil)
    #expect(board.hasFailure(among: [.camera]))
  }

  private static func never() async -> Probed<Bool> {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
    return Probed(.pass("in the end"))
  }

  private func waitUntil(_ condition: () -> Bool) async {
    for _ in 0..<500 where !condition() { try? await Task.sleep(for: .milliseconds(10)) }
    #expect(condition())
  }

  @Test("JSON has the verdict, the exit code and a row for each thing")
  func json() throws {
    let report = report([(.key, .fail("no key", "give one", .configuration))])
    let data = try JSONEncoder().encode(report)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["ready"] as? Bool == false)
    #expect(object["exitCode"] as? Int == 78)
    #expect(object["problems"] as? Int == 1)
    let rows = try #require(object["rows"] as? [[String: Any]])
    let key = try #require(rows.first { $0["identifier"] as? String == "key" })
    #expect(key["verdict"] as? String == "fail")
    #expect(key["cause"] as? String == "no key")
    #expect(key["remedy"] as? String == "give one")
    #expect(key["title"] as? String == "key or token")
  }

  @Test("wrong settings fail in their row, and nothing else is looked at")
  func settings() {
    let events = Mutex<[CheckEvent]>([])
    let report = PreflightCheck.failed(OperatorFailure("kiosk.yaml:2: unknown setting 'x'", .configuration)) { event in
      events.withLock { $0.append(event) }
    }
    #expect(report.problems == 1 && report.exitStatus == .configuration)
    #expect(report.rows.dropFirst().allSatisfy { $0.verdict == .skipped })
    #expect(events.withLock { $0.count } == report.rows.count)
  }
}

@Suite("Pre-flight: what people read")
struct CheckTextTests {
  private let plain = CheckText(hasColor: false, hasUnicode: true)

  private func row(_ identifier: CheckRow.Identifier, _ finding: CheckFinding) -> CheckRow {
    CheckRow(identifier, finding, seconds: 0.1)
  }

  @Test("a sign and a word say the verdict; cause and remedy follow")
  func rows() {
    #expect(plain.lines(row(.camera, .pass("Cam (/dev/video0)"))) == ["✓ pass  camera           Cam (/dev/video0)"])
    #expect(
      plain.lines(row(.dns, .fail("cannot find the host", "check its spelling", .noHost))) == [
        "✗ FAIL  DNS              cannot find the host", "                         → check its spelling",
      ])
    #expect(plain.lines(row(.machine, .warn("load 9", "end it"))).first?.hasPrefix("! warn  machine ") == true)
  }

  @Test("without UTF-8 there is ASCII alone, with colour the same words")
  func ascii() {
    let failure = row(.tls, .fail("expired", "renew it", .protocol))
    let ascii = CheckText(hasColor: false, hasUnicode: false).lines(failure).joined()
    #expect(ascii.allSatisfy(\.isASCII) && ascii.contains("x FAIL") && ascii.contains("-> renew it"))
    let colored = CheckText(hasColor: true, hasUnicode: true).lines(failure).joined(separator: "\n")
    #expect(colored.contains("\u{1B}[1;37;41m✗ FAIL\u{1B}[0m"))
  }

  @Test("what was not looked at comes together, by its reason")
  func skipped() {
    let board = CheckReportBuilder { _ in }
    board.skip([.tcp, .tls], "needs: DNS")
    board.skip(CheckRow.Identifier.allCases, "does not apply")
    let lines = plain.skipped(board.close())
    #expect(lines.count == 3)
    #expect(lines.contains("- skip  TCP, TLS         needs: DNS"))
    #expect(lines.contains { $0.hasSuffix("  does not apply") })
  }

  @Test("the living line names what runs and fits the terminal")
  func living() {
    #expect(plain.living([.camera, .tls], columns: 80) == "… camera, TLS")
    #expect(plain.living([.camera, .tls], columns: 10) == "… camera,")
  }

  @Test("an error's line is taken apart where it says what to do")
  func causeAndRemedy() {
    let camera = CheckFinding.fail(DeviceError.noSuchDevice(.camera, specification: "/dev/video99"))
    #expect(camera.cause == "no camera answers to /dev/video99")
    #expect(camera.remedy?.contains("ivs-broadcast devices") == true)
    #expect(camera.exitStatus == .noInput)
    let file = CheckFinding.fail(CodecError.notMedia(path: "a: b.mp4"))
    #expect(file.cause == "a: b.mp4 is not a media file that FFmpeg can read")
    #expect(file.remedy == "convert it or choose another")
    // What a driver said is no advice.
    let call = CheckFinding.fail(DeviceError.call("ioctl", errno: 5, device: "/dev/video0"))
    #expect(call.cause.hasPrefix("/dev/video0: ioctl failed: "))
  }
}

@Suite("Pre-flight: judgements")
struct CheckJudgementTests {
  private let encoding = VideoEncoding(
    size: PictureSize(width: 1280, height: 720), frameRate: .thirty, bitrate: .kilobits(2500))

  @Test(
    "an encoder has to be faster than real time, with something left",
    arguments: [
      (0.9, CheckRow.Verdict.fail), (1.2, .warn), (1.6, .pass),
    ])
  func encoder(speed: Double, verdict: CheckRow.Verdict) {
    #expect(EncoderProbe.judge(speed, encoding, name: "libx264").verdict == verdict)
  }

  @Test(
    "a clock may be off by 30 s, and must not by more than 300",
    arguments: [
      (0, CheckRow.Verdict.pass), (-30, .pass), (31, .warn), (-300, .warn), (301, .fail),
    ])
  func clock(skew: Int, verdict: CheckRow.Verdict) {
    #expect(ClockProbe.judge(skew: skew).verdict == verdict)
  }

  @Test("the clock's direction is said")
  func clockDirection() {
    #expect(ClockProbe.judge(skew: 400).cause == "this machine's clock is 400 s behind AWS's")
    #expect(ClockProbe.judge(skew: -400).cause == "this machine's clock is 400 s ahead of AWS's")
  }

  @Test("a certificate that ends within two weeks is said")
  func certificate() {
    let day = 86_400
    #expect(ServerSteps.judge(end: 100 * day, now: 80 * day, took: "9 ms").verdict == .pass)
    let soon = ServerSteps.judge(end: 100 * day, now: 90 * day, took: "9 ms")
    #expect(soon.verdict == .warn && soon.cause.contains("10 days"))
    // No date at all is no trouble.
    #expect(ServerSteps.judge(end: .max, now: 90 * day, took: "9 ms").verdict == .pass)
  }

  @Test("a disk has to hold an hour, and is full below 64 MB")
  func disk() {
    func verdict(_ free: Int?) -> CheckRow.Verdict {
      RecordingProbe.judge("/rec", free: free, .kilobits(8000)).verdict
    }
    // 8 Mbit/s are 3.6 GB an hour.
    #expect(verdict(4_000_000_000) == .pass)
    #expect(verdict(3_000_000_000) == .warn)
    #expect(verdict(10_000_000) == .fail)
    #expect(verdict(nil) == .pass)
  }

  @Test("what is made to look at a disk is gone afterwards")
  func diskTrial() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(RecordingProbe.look(root.path + "/a/b", bitrate: .kilobits(2500)).verdict == .pass)
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).isEmpty)
  }

  @Test("a busy machine, little memory and a weak power supply are said together")
  func machine() {
    let facts = MachineProbe.Facts(cores: 2, load: 3.5, availableMemory: 50 << 20, isUnderVoltage: true)
    let finding = MachineProbe.judge(facts)
    #expect(finding.verdict == .warn)
    for word in ["load 3.5 on 2 cores", "50 MB", "voltage"] { #expect(finding.cause.contains(word)) }
    #expect(MachineProbe.judge(MachineProbe.Facts(cores: 4, load: 3.5, availableMemory: 1 << 30)).verdict == .pass)
    #expect(MachineProbe.availableMemory("MemTotal: 9 kB\nMemAvailable:   1024 kB\n") == 1 << 20)
    #expect(MachineProbe.load("0.52 0.60 0.70 1/234 5678\n") == 0.52)
    #expect(MachineProbe.isUnderVoltage(throttled: "50001\n") && !MachineProbe.isUnderVoltage(throttled: "50000\n"))
  }

  @Test("a camera that gives less than what goes on air is said")
  func camera() throws {
    func format(_ width: Int, _ height: Int, _ rate: Int32) throws -> VideoFormat {
      VideoFormat(
        pixelFormat: .yuyv, size: PictureSize(width: width, height: height), frameRate: try #require(FrameRate(rate)))
    }
    #expect(CameraProbe.judge(try format(1280, 720, 30), encoding) == nil)
    #expect(CameraProbe.judge(try format(1920, 1080, 30), encoding) == nil)
    #expect(CameraProbe.judge(try format(640, 480, 30), encoding)?.verdict == .warn)
    #expect(CameraProbe.judge(try format(1280, 720, 10), encoding)?.verdict == .warn)
  }

  @Test("an upload is judged by what was acknowledged and by what waits")
  func upload() {
    func verdict(_ acknowledged: Double, _ queue: Duration) -> CheckRow.Verdict {
      UploadProbe.judge(
        UploadProbe.Measured(
          sent: 2_500_000, acknowledged: acknowledged, queue: queue, roundTrip: .milliseconds(20), retransmits: 0)
      ).verdict
    }
    #expect(verdict(2_480_000, .milliseconds(50)) == .pass)
    #expect(verdict(2_200_000, .milliseconds(50)) == .warn)
    #expect(verdict(2_480_000, .milliseconds(500)) == .warn)
    #expect(verdict(1_500_000, .milliseconds(50)) == .fail)
    #expect(verdict(2_480_000, .seconds(2)) == .fail)
  }
}
