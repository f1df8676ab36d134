import Foundation
import TestSupport
import Testing

/// A library that prints whenever alsa-lib is entered, as drivers' plug-ins do; it stands before the real one.
private struct Chatterbox {
  private let folder: TemporaryDirectory
  /// What makes a program load it.
  let environment: [String: String]

  init() async throws {
    folder = try TemporaryDirectory()
    let source = try folder.write(
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdio.h>
      #include <unistd.h>
      int snd_config_update_ref(void **top) {
        for (int line = 0; line < 2000; line++) {
          printf("\\033[2J\\033[Hchatter %d\\n", line);
          fprintf(stderr, "\\033[1;1Hchatter on standard error\\n");
        }
        fflush(stdout);
        printf("chatter that libc still holds\\n");
        int (*real)(void **) = (int (*)(void **))dlsym(RTLD_NEXT, "snd_config_update_ref");
        return real(top);
      }
      """, to: "chatter.c")
    let library = folder.file("chatter.so").path
    try await Tool.run("gcc", ["-shared", "-fPIC", "-o", library, source.path])
    environment = ["LD_PRELOAD": library]
  }
}

@Suite("Libraries that print")
struct LibraryOutputCaptureTests {
  @Test("standard output holds the program's results alone", arguments: [["devices", "--json"], ["devices"]])
  func results(command: [String]) async throws {
    let chatterbox = try await Chatterbox()
    let result = try await Tool.run(
      Product.ivsBroadcast(), command, within: .seconds(20), environment: chatterbox.environment)
    #expect(!result.text.contains("chatter"))
    #expect(result.errorText.contains("chatter 1999") && result.errorText.contains("libc still holds"))
    if command.contains("--json") {
      let devices = try JSONSerialization.jsonObject(with: Data(result.standardOutput)) as? [String: Any]
      #expect(Set(devices?.keys.map { $0 } ?? []) == ["cameras", "microphones"])
    } else {
      #expect(result.text.hasPrefix("Cameras\n"))
    }
  }

  @Test("help is on standard output", arguments: [["--help"], ["help", "stream"], ["--version"]])
  func help(command: [String]) async throws {
    let result = try await Tool.run(Product.ivsBroadcast(), command)
    #expect(!result.text.isEmpty && result.errorText.isEmpty)
  }

  @Test("what is closed at the start is no file of the program's later on")
  func closed() async throws {
    let program = try Product.ivsBroadcast()
    let result = try await Tool.attempt("bash", ["-c", "'\(program)' devices --json >&- 2>&-; echo $?"])
    #expect(result.text == "0\n")
  }

  @Test("the console's screen stays as it is; the log has the lines, without escape sequences and not all of them")
  func console() async throws {
    let chatterbox = try await Chatterbox()
    let run = try await ConsoleRun(environment: chatterbox.environment)
    try await run.waitUntilReady()
    try await eventually("the log has what was printed", within: .seconds(15)) { run.log.contains("library: ") }
    let screen = try await run.terminal.screen()
    #expect(!screen.contains("chatter"), "\(screen)")
    let lines = run.log.split(separator: "\n").filter { $0.contains("chatter") }
    #expect((1...40).contains(lines.count), "\(lines.count) lines")
    #expect(!run.log.contains("\u{1B}"))
    try await run.terminal.press("q")
    try await run.expectEnd(0)
  }
}
