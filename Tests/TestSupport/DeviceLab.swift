internal import Foundation

/// The virtual machine with a camera and a sound card, see `Tests/DeviceLab/README.md`.
public enum DeviceLab {
  /// Runs a bash script in the machine, whatever its end; one machine at a time.
  ///
  /// The guest sees this machine's files at the same paths.
  /// - Parameters:
  ///   - limit: after it the machine is ended and the test fails; counted from boot, not from the call.
  ///   - output: what the guest writes to `/out` appears here.
  public static func run(
    _ script: String, within limit: Duration, output: TemporaryDirectory
  ) async throws -> Tool.Result {
    let lab = Project.root.appending(path: "Tests/DeviceLab/lab").path
    let seconds = Int(limit.components.seconds)
    let out = output.url.path
    return try await WholeMachine.alone {
      // The lab ends the machine itself; the longer limit is for a lab that does not.
      try await Tool.attempt(
        lab, ["run", "-t", "\(seconds)", "-o", out, "--", "bash", "-c", script], within: limit + .seconds(15))
    }
  }
}
