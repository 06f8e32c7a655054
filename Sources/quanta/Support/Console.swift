import Foundation

/// Standard output and error.
enum Console {
  /// True when standard error is a terminal that understands cursor movement.
  static let isInteractive =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// Columns and rows of the terminal.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes a line to standard output.
  static func print(_ line: String) { write(line + "\n", to: .standardOutput) }

  /// Writes a line to standard error.
  static func error(_ line: String) { write(line + "\n", to: .standardError) }

  /// Writes text as it is.
  ///
  /// A closed pipe at standard output ends the process quietly, as `quanta jobs | head` expects; a
  /// full disk ends it with an error, since half a file must not look like a whole one. A standard
  /// error that nobody reads any more is no reason to end a run.
  static func write(_ text: String, to handle: FileHandle) {
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Foundation.write(
          handle.fileDescriptor, buffer.baseAddress.map { $0 + position }, buffer.count - position)
      }
      if count >= 0 {
        position += count
      } else if errno == EAGAIN {
        waitUntilWritable(handle.fileDescriptor)
      } else if errno != EINTR {
        return giveUp(on: handle, errno)
      }
    }
  }

  private static func waitUntilWritable(_ descriptor: Int32) {
    var descriptors = [pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)]
    poll(&descriptors, 1, -1)
  }

  private static func giveUp(on handle: FileHandle, _ code: Int32) {
    guard handle.fileDescriptor == 1 else { return }
    if code == EPIPE { Foundation.exit(0) }
    error("error: standard output cannot be written: \(String(cString: strerror(code)))")
    Foundation.exit(ExitStatus.badInput.rawValue)
  }
}

/// Prints values as JSON for machines: sorted keys, one document.
func printJSON(_ value: some Encodable) throws { Console.print(try jsonText(value)) }

/// A value as the text that ``printJSON(_:)`` prints.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  // JSON has no such numbers; a text is better than no document.
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
