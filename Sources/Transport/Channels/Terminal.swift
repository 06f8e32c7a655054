import Glibc
import Posix

/// The terminal at which somebody may be asked, whatever standard input and output are.
/// `StartGate.terminal` gives it to one at a time.
enum Terminal {
  /// True when this process has a terminal and is in its foreground.
  static var isThere: Bool {
    guard let terminal = open() else { return false }
    return tcgetpgrp(terminal.number) == getpgrp()
  }

  /// Asks a question and reads a line that is not shown; nil when nobody is there, or on Ctrl-C,
  /// which then does what it does elsewhere.
  static func secret(_ question: String) -> String? {
    guard let terminal = open() else { return nil }
    var shown = termios()
    guard tcgetattr(terminal.number, &shown) == 0 else { return nil }
    // Signals as bytes: one that came now would leave the terminal without its echo.
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    tcsetattr(terminal.number, TCSAFLUSH, &hidden)
    try? terminal.writeAll(Array(question.utf8))
    let line = readLine(terminal)
    try? terminal.writeAll([0x0A])
    tcsetattr(terminal.number, TCSAFLUSH, &shown)
    if line == nil { kill(getpid(), SIGINT) }
    return line
  }

  private static func open() -> Descriptor? {
    try? Descriptor(opening: "/dev/tty", O_RDWR | O_NOCTTY)
  }

  private static func readLine(_ terminal: Descriptor) -> String? {
    var line: [UInt8] = []
    while line.count < 1024 {
      guard let byte = try? terminal.readNext(1).first else { return "" }
      switch byte {
      case 0x03: return nil
      case 0x04, 0x0A, 0x0D: return String(decoding: line, as: UTF8.self)
      case 0x08, 0x7F: _ = line.popLast()
      case 0x15: line = []
      default: line.append(byte)
      }
    }
    return ""
  }
}
