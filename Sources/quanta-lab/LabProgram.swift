import ArgumentParser
import Foundation

/// Programs that the lab starts.
enum LabProgram {
  /// The absolute path of a program that is there.
  static func path(_ path: String, _ remedy: String) throws -> String {
    guard access(path, X_OK) == 0 else {
      throw ValidationError("there is no program \(path); build it (scripts/build), or \(remedy)")
    }
    return absolute(path)
  }

  /// A path from the root.
  static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
