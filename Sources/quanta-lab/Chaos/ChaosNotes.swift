import Foundation
import Posix

/// What chaos says while it goes on, and what went wrong.
final class ChaosNotes {
  private let started = wallClockSeconds()
  /// A sentence each; none when everything held.
  private(set) var failures: [String] = []

  /// Since the beginning.
  var seconds: Double { wallClockSeconds() - started }

  /// Prints a line with the time, at once.
  func say(_ text: String) { Self.print(String(format: "%7.1f s  ", seconds) + text) }

  /// Remembers what went wrong.
  func fail(_ text: String) { failures.append(text) }

  /// Prints a line, at once.
  static func print(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
