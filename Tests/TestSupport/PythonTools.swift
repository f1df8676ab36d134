internal import Foundation

/// The Python packages that `assets/setup --tests` installs for the tests: boto3, moto.
public enum PythonTools {
  /// What a Python program needs in its environment to find them.
  public static var environment: [String: String] {
    let folder = Project.root.appending(path: ".build/deployment-tools").path
    return FileManager.default.fileExists(atPath: folder) ? ["PYTHONPATH": folder] : [:]
  }
}
