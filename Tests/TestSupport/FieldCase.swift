import Foundation

/// Inputs after reports from the field (`Tests/FieldCases`).
public enum FieldCase {
  /// The path of a film that is played as camera or microphone.
  public static func film(_ name: String) -> String { path("films", name) }

  /// The path of a recording as a browser or a phone sends it.
  public static func browser(_ name: String) -> String { path("browsers", name) }

  private static func path(_ folder: String, _ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("FieldCases/\(folder)/\(name)").path
  }
}
