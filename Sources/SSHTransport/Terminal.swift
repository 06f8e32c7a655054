import Glibc

/// The terminal at which somebody may be asked, whatever standard input and output are.
/// `StartGate.terminal` gives it to one at a time.
enum Terminal {
  /// True when this process has a terminal and is in its foreground.
  static var isThere: Bool {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return false }
    defer { close(terminal) }
    return tcgetpgrp(terminal) == getpgrp()
  }

  /// Asks a question and reads a line that is not shown; nil when nobody is there, or on Ctrl-C,
  /// which then does what it does elsewhere.
  static func secret(_ question: String) -> String? {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var shown = termios()
    guard tcgetattr(terminal, &shown) == 0 else { return nil }
    // Signals as bytes: one that came now would leave the terminal without its echo.
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    tcsetattr(terminal, TCSAFLUSH, &hidden)
    say(question, terminal)
    let line = readLine(terminal)
    say("\n", terminal)
    tcsetattr(terminal, TCSAFLUSH, &shown)
    if line == nil { kill(getpid(), SIGINT) }
    return line
  }

  private static func readLine(_ terminal: Int32) -> String? {
    var line: [UInt8] = []
    while line.count < 1024 {
      var byte: UInt8 = 0
      let count = read(terminal, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { return "" }
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

  private static func say(_ text: String, _ terminal: Int32) {
    let bytes = Array(text.utf8)
    _ = write(terminal, bytes, bytes.count)
  }
}
