import Foundation

/// Standard output and error.
enum Console {
  /// True when standard error is a terminal that understands cursor movement.
  static let isInteractive =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Columns of the terminal.
  static var width: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a line to standard output.
  static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

  /// Writes a line to standard error.
  static func error(_ line: String) { write(line + "\n", to: .standardError) }

  /// Writes text as it is; a closed pipe ends the process quietly, as `quanta jobs | head` expects.
  static func write(_ text: String, to handle: FileHandle) {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      Foundation.exit(0)
    }
  }
}

/// Prints values as JSON for machines: sorted keys, one document.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  Console.print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
