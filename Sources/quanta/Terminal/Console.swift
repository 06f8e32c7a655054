import Findings
import Foundation
import Posix

/// Standard output and error.
///
/// What is printed is shown as ``TerminalText/escaped(_:)`` says, the commands that it names are made
/// whole (``CommandMention``), and on a terminal long lines break between words.
enum Console {
  /// True when standard error is a terminal that understands cursor movement.
  static let isInteractive =
    isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"

  /// True while this process may draw on its terminal: a shell's background jobs must not.
  static var isInForeground: Bool {
    let group = tcgetpgrp(2)
    return group < 0 || group == getpgrp()
  }

  /// Columns and rows of the terminal at a descriptor; nil when it is none.
  static func size(of descriptor: Int32) -> (columns: Int, rows: Int)? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Columns and rows of the terminal at standard error.
  static var size: (columns: Int, rows: Int) { size(of: 2) ?? (80, 24) }

  /// Writes a text and a line end to standard output.
  static func print(_ text: String) { show(text, on: .standardOutput) }

  /// Writes a table to standard output, its last column as wide as the terminal leaves.
  static func print(_ table: TextTable) {
    show(table.text(width: size(of: 1)?.columns), on: .standardOutput)
  }

  /// Names a file that was written: on standard output, but on standard error where that has data.
  static func name(_ path: String, besideData: Bool) {
    if besideData { error(path) } else { print(path) }
  }

  /// Writes a text and a line end to standard error.
  static func error(_ text: String) { show(text, on: .standardError) }

  /// Writes what ends a command to standard error; `error:` is red on a terminal.
  static func failure(_ text: String) {
    let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let mark = isInteractive && !isPlain ? "\u{1B}[1;31merror:\u{1B}[0m" : "error:"
    send(mark + " ", to: .standardError)
    error(text)
  }

  private static func show(_ text: String, on handle: FileHandle) {
    let whole = TerminalText.escaped(CommandMention.current.completed(text))
    guard let columns = size(of: handle.fileDescriptor)?.columns else {
      return send(whole + "\n", to: handle)
    }
    let lines = whole.split(separator: "\n", omittingEmptySubsequences: false)
    send(
      lines.flatMap { TerminalText.wrapped(String($0), width: columns) }.joined(separator: "\n")
        + "\n", to: handle)
  }

  /// Writes data, such as a table of comma-separated values: as it is, but for a terminal escaped.
  static func write(_ text: String, to handle: FileHandle) {
    send(isatty(handle.fileDescriptor) == 1 ? TerminalText.escaped(text) : text, to: handle)
  }

  /// Sends text to the terminal at standard error as it is, with what moves its cursor.
  static func draw(_ text: String) { send(text, to: .standardError) }

  /// Writes text as it is.
  ///
  /// A closed pipe at standard output ends the process quietly, as `quanta jobs | head` expects; a
  /// full disk ends it with an error, since half a file must not look like a whole one. A standard
  /// error that nobody reads any more is no reason to end a run.
  private static func send(_ text: String, to handle: FileHandle) {
    do throws(PosixError) {
      try Descriptor(borrowing: handle.fileDescriptor).writeAll(Array(text.utf8))
    } catch {
      giveUp(on: handle, error.code)
    }
  }

  private static func giveUp(on handle: FileHandle, _ code: Int32) {
    guard handle.fileDescriptor == 1 else { return }
    if code == EPIPE { Foundation.exit(0) }
    failure("standard output cannot be written: \(String(cString: strerror(code)))")
    Foundation.exit(ExitStatus.badInput.rawValue)
  }
}

/// Prints values as JSON for machines: sorted keys, one document.
func printJSON(_ value: some Encodable) throws {
  Console.write(try jsonDocument(value), to: .standardOutput)
}
