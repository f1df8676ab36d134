import Foundation
import TestSupport
import Testing

@Suite("The console with real drivers, in the virtual machine")
struct ConsoleDeviceTests {
  /// Steps at a console in a tmux of the guest's; each `see` writes the screen to `/out/NAME`.
  private static func script(_ program: String) -> String {
    """
    export HOME=/out/home
    settings=$HOME/.config/ivs-broadcast
    mkdir -p "$settings"
    printf 'camera: none\\nmicrophone: silence\\nrecord: on\\nplayback-port: "0"\\n' >"$settings/settings.yaml"
    lab-mjpeg-camera 150 640x360 15
    lab-tone 150
    t() { tmux -L console "$@"; }
    see() { t capture-pane -p >"/out/$1"; }
    milliseconds() { echo $(($(date +%s%N) / 1000000)); }
    await() {
      for _ in $(seq 400); do
        t capture-pane -p >/run/screen
        ! grep -qE "$1" /run/screen || return 0
        sleep 0.05
      done
      echo "no '$1' on the screen:"; cat /run/screen; exit 1
    }
    choose() { t send-keys "$1"; await "$2"; see "$3"; t send-keys -l "/$4"; await "/$4"; t send-keys Enter; }
    t -f /dev/null new-session -d -x 100 -y 30 "env TERM=screen-256color LC_ALL=C.UTF-8 \(program) \\
      --video 320x180@10 --video-bitrate 300k --video-preset ultrafast; echo \\$? >/out/status"
    await READY
    choose c 'Lab MJPEG' cameras vivid
    await 'picture from vivid'
    choose i LabMic microphones hw:LabMic,1
    await 'sound from'
    t send-keys b; await 'Go live'; t send-keys Enter
    await 'LIVE  00:.*'; await GOOD
    see live
    await 'LIVE  00:00:0[4-9]'
    lab-unplug-camera
    start=$(milliseconds); await 'CAMERA LOST'; await 'BAD +camera lost'
    echo $(($(milliseconds) - start)) >/out/lost-after
    see lost
    lab-replug-camera
    await 'camera is back'; await GOOD
    for _ in $(seq 100); do t capture-pane -p | grep -q 'CAMERA LOST' || break; sleep 0.05; done
    see back
    t send-keys q; await Yes; t send-keys y
    for _ in $(seq 200); do [ ! -s /out/status ] || exit 0; sleep 0.05; done
    """
  }

  @Test(
    "cameras and the microphone by name, live on vivid; a camera that is pulled out is said in words, and comes back")
  func devices() async throws {
    let output = try TemporaryDirectory()
    let result = try await DeviceLab.run(
      Self.script(try Product.ivsBroadcast()), within: .seconds(170), output: output)
    func text(_ name: String) -> String { (try? String(contentsOf: output.file(name), encoding: .utf8)) ?? "" }
    try #require(result.termination == .exit(0), "\(result.text) \(result.errorText)")
    for name in ["vivid", "Lab MJPEG Camera", "/dev/video0", "/dev/video10", "the test pattern"] {
      #expect(text("cameras").contains(name), "\(text("cameras"))")
    }
    #expect(text("microphones").contains("hw:LabMic,1"), "\(text("microphones"))")
    #expect(text("live").contains("LIVE"))

    // A second on a machine of its own; the processor here may be emulated and shared.
    let milliseconds = Int(text("lost-after").trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max
    #expect(milliseconds < 3000, "said after \(milliseconds) ms")
    let lost = text("lost")
    #expect(lost.contains("LIVE") && lost.components(separatedBy: "CAMERA LOST").count >= 3, "\(lost)")
    let back = text("back")
    #expect(back.contains("LIVE") && !back.contains("CAMERA LOST"), "\(back)")
    #expect(back.contains(/Reconnects +0/), "\(back)")
    #expect(text("status") == "0\n")

    let recordings = try FileManager.default.contentsOfDirectory(
      at: output.file("home/Videos/ivs-broadcast"), includingPropertiesForKeys: nil)
    let probe = try await MediaProbe(try #require(recordings.first { $0.pathExtension == "mkv" }))
    try await probe.expectWhole()
    #expect(probe.longestGap(probe.videoPackets) < 2.5, "a gap of \(probe.longestGap(probe.videoPackets)) s")
  }
}
