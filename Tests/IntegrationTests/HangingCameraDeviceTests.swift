import Foundation
import TestSupport
import Testing

@Suite("A camera whose driver hangs, in the virtual machine")
struct HangingCameraDeviceTests {
  /// What the guest knows before a test's own commands: a camera that is red all over, and hangs.
  private static let preparation = #"""
    camera_hangs=/run/tmp/camera-hangs
    export XDG_RUNTIME_DIR=/run/home
    # stream NAME [OPTION...]: becomes the broadcaster, which sends to /out/recordings/NAME.flv and logs to /out/NAME.log.
    stream() {
      (umask 077; echo "$1" >/run/tmp/key-$1)
      exec env LD_PRELOAD=$stand_in CAMERA_HANGS_WHILE=$camera_hangs $program stream --camera /dev/video0 \
        --microphone silence --video 320x180@15 --video-bitrate 300k --video-preset ultrafast \
        --channel rtmp://127.0.0.1:1935/live --stream-key-file /run/tmp/key-$1 --json-status /out/$1.json "${@:2}" \
        2>/out/$1.log
    }
    # await WHAT COMMAND...: waits until the command has the answer yes.
    await() {
      local end=$((SECONDS + 90))
      until "${@:2}"; do
        ((SECONDS < end)) || { echo "waited for $1 in vain"; exit 1; }
        sleep 0.1
      done
    }
    says() { grep -qs "$2" /out/$1.log; }
    frames() { tail -n 2 /out/$1.json 2>/dev/null | grep -o '"framesEncoded":[0-9]*' | tail -n 1 | cut -d: -f2; }
    has_frames() { local count; count=$(frames $1); ((${count:-0} >= $2)); }
    await_more_frames() { local count; count=$(frames $1); await "$2 more frames" has_frames $1 $((${count:-0} + $2)); }
    threads() { cat /proc/$1/task/*/comm | grep -cx "$2"; }
    # ask PROCESS COMMAND...: gives them through one connection, each once the one before it is answered, and says after
    # each how many threads of that process are opening a camera.
    ask() {
      python3 -S - "$@" <<'PYTHON'
    import glob, json, socket, sys
    def name(path):
        try:
            return open(path).read()
        except OSError:  # It ended meanwhile.
            return ""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(20)
    client.connect("/run/home/ivs-broadcast/control.sock")
    answers = client.makefile()
    answers.readline()
    for number, command in enumerate(sys.argv[2:]):
        client.sendall(json.dumps({"do": command, "id": number}).encode() + b"\n")
        answer = answers.readline()
        if '"ok":true' not in answer:
            print(command, "failed:", answer)
        names = [name(path) for path in glob.glob(f"/proc/{sys.argv[1]}/task/*/comm")]
        print(command, "opening:", names.count("camera-open\n"))
    PYTHON
    }
    # stop PROCESS: says how it ends once it is told to.
    stop() {
      local begun=$SECONDS status
      kill $1
      wait $1
      status=$?
      echo "stopped: exit $status, after $((SECONDS - begun)) s"
    }
    v4l2-ctl -d /dev/video0 -c test_pattern=7,osd_text_mode=2 || exit
    touch $camera_hangs
    lab-rtmp-server || exit

    """#

  /// Runs commands in the guest after ``preparation``.
  private func run(_ script: String, within limit: Duration, output: TemporaryDirectory) async throws -> Tool.Result {
    let source = Project.root.appending(path: "Tests/DeviceLab/hanging-camera.c").path
    let library = output.file("hanging-camera.so").path
    try await Tool.run("gcc", ["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source])
    let program = try Product.ivsBroadcast()
    let names = "program=\(program) stand_in=/out/hanging-camera.so\n"
    return try await DeviceLab.run(names + Self.preparation + script, within: limit, output: output)
  }

  private func text(_ name: String, in output: TemporaryDirectory) throws -> String {
    try String(contentsOf: output.file(name), encoding: .utf8)
  }

  /// How red each picture is: the mean of Cr, 128 where it has no colour.
  private func redness(of recording: URL) async throws -> [Double] {
    let filter = "signalstats,metadata=mode=print:key=lavfi.signalstats.VAVG:file='pipe\\:1'"
    let result = try await Tool.run(
      "ffmpeg", ["-nostdin", "-v", "error", "-i", recording.path, "-map", "0:v:0", "-vf", filter, "-f", "null", "-"])
    return result.text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("lavfi.") }
      .compactMap { $0.split(separator: "=").last.flatMap { Double($0) } }
  }

  @Test("chosen twenty times it holds one thread; all else goes on without a gap, and once it answers it is on air")
  func chosenTwentyTimes() async throws {
    let output = try TemporaryDirectory()
    let result = try await run(
      #"""
      stream air --keep-trying &
      broadcaster=$!
      await "the reason" says air 'no picture: the camera /dev/video0 does not open: unplug it'
      await "black pictures" has_frames air 30
      for round in 1 2; do
        ask $broadcaster "camera test"
        await_more_frames air 5
        again="camera /dev/video0"
        ask $broadcaster "$again" "$again" "$again" "$again" "$again" \
            "$again" "$again" "$again" "$again" "$again"
      done
      ask $broadcaster refresh-devices refresh-devices
      await "the search" says air 'the camera /dev/video0 does not answer'
      echo "searching: $(threads $broadcaster devices)"
      $program status || echo "status failed: $?"
      await_more_frames air 30
      echo "opening at last: $(threads $broadcaster camera-open)"
      rm $camera_hangs
      await "the camera" says air 'picture from vivid (/dev/video0)'
      await_more_frames air 45
      echo "opening after all: $(threads $broadcaster camera-open)"
      stop $broadcaster
      lab-rtmp-server stop
      """#, within: .seconds(600), output: output)
    let (said, log) = (result.text, try text("air.log", in: output))
    try #require(result.termination == .exit(0), "\(said) \(result.errorText) \(log)")
    #expect(!said.contains("failed") && !said.contains("in vain"), "\(said)")
    let lines = said.split(whereSeparator: \.isNewline)
    let openings = lines.filter { $0.hasPrefix("camera /dev/video0 opening: ") }
    #expect(openings == Array(repeating: "camera /dev/video0 opening: 1", count: 20))
    #expect(lines.contains("opening at last: 1") && lines.contains("opening after all: 0"))
    #expect(lines.contains("searching: 1"))
    #expect(said.contains("LIVE  00:0"), "no status: \(said)")
    #expect(said.contains("stopped: exit 0"))
    #expect(!log.contains("connection lost"))

    let recording = output.file("recordings/air.flv")
    let probe = try await MediaProbe(recording)
    #expect(probe.hasStrictlyMonotonicTimes)
    #expect(try await probe.decodeErrors() == [])
    // An emulated processor leaves slots empty; a picture that waits for the camera would be missing for minutes.
    for packets in [probe.videoPackets, probe.audioPackets] {
      #expect(probe.longestGap(packets) < 2.5, "a gap of \(probe.longestGap(packets)) s")
    }
    let redness = try await redness(of: recording)
    #expect(redness.count > 150 && redness.prefix(15).allSatisfy { abs($0 - 128) < 0.5 }, "it does not begin in black")
    #expect(redness.suffix(30).allSatisfy { $0 > 200 }, "it does not end with the camera's red")
  }

  @Test("told to stop while it hangs the program ends by itself, on air as well as before the first picture")
  func stopped() async throws {
    let output = try TemporaryDirectory()
    let result = try await run(
      #"""
      stream air --keep-trying &
      broadcaster=$!
      await "black pictures" has_frames air 15
      echo "opening: $(threads $broadcaster camera-open)"
      stop $broadcaster
      stream early --keep-trying &
      broadcaster=$!
      await "the open" eval '[ "$(threads $broadcaster camera-open)" = 1 ] && says early "live ingest="'
      stop $broadcaster
      stream alone &
      wait $!
      echo "alone: exit $?"
      lab-rtmp-server stop
      """#, within: .seconds(300), output: output)
    let (said, log) = (result.text, try text("air.log", in: output))
    try #require(result.termination == .exit(0), "\(said) \(result.errorText) \(log)")
    #expect(said.contains("opening: 1\n"), "\(said)")
    let ends = said.matches(of: /stopped: exit (\d+), after (\d+) s/)
    #expect(ends.map(\.1) == ["0", "0"], "\(said)")
    // The program's own bound is 3 s, its last resort's 5; the rest is the emulated processor's.
    for end in ends { #expect(Int(end.2).map { $0 < 10 } == true, "it ends after \(end.2) s") }
    // A program that its last resort ends does not say this.
    for log in [log, try text("early.log", in: output)] { #expect(log.contains("notice on air 00:00:"), "\(log)") }
    #expect(said.contains("alone: exit 74"))
    let failure = try text("alone.log", in: output).lastFailure
    #expect(failure == "ivs-broadcast: the camera /dev/video0 does not open: unplug it and plug it in again")
  }
}
