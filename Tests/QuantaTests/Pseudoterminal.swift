import Foundation
import LabSupport
import Posix
import Synchronization

/// A terminal at which a test sits: `quanta` runs on it, in its foreground.
final class Pseudoterminal: Sendable {
  private let master: Int32
  private let process: StartedProgram
  private let log: String
  /// What the terminal showed behind the last text that was waited for.
  private let unread = Mutex("")

  /// Starts a program with this terminal as the controlling one of a session of its own. What it
  /// prints goes to a file, or with `showsOutput` to the terminal, of 100 columns.
  init(
    _ sandbox: Sandbox, environment: [String: String] = [:], showsOutput: Bool = false,
    _ arguments: [String]
  ) throws {
    // posix_openpt and its kin are hidden behind _XOPEN_SOURCE in glibc; so are the numbers of
    // TIOCSPTLCK and TIOCGPTN, which are what they do.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: Int32 = 0
    var number: Int32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0,
      ioctl(master, 0x8004_5430, &number) == 0
    else { throw CocoaError(.fileNoSuchFile) }
    let name = "/dev/pts/\(number)"
    log = "\(sandbox.folder)/terminal.log"
    let slave = try Descriptor(opening: name, O_RDWR | O_NOCTTY)
    var output = try Descriptor(opening: log, O_WRONLY | O_CREAT | O_TRUNC)
    if showsOutput {
      var size = winsize(ws_row: 30, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0)
      _ = ioctl(master, UInt(TIOCSWINSZ), &size)
      output = slave
    }
    let settings = environment.map { "\($0)=\($1)" }.sorted()
    process = try StartedProgram(
      ["setsid", "--ctty", "--wait", "env", "-C", sandbox.folder, "HOME=\(sandbox.folder)/home"]
        + ["QUANTA_WORKER=\(Sandbox.workerPath)"] + settings + arguments,
      input: slave, output: output)
  }

  deinit {
    if process.isRunning { process.terminate() }
    close(master)
  }

  /// Waits until the terminal shows a text; returns what it showed since the last such text up to the
  /// end of this one, or nil when the program ended or two minutes passed first.
  func waitFor(_ text: String) async -> String? {
    let master = master
    let seen = unread.withLock { $0 }
    let (shown, rest) = await detached { () -> (String?, String) in
      var shown = seen
      var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      while true {
        if let range = shown.firstRange(of: text) {
          return (String(shown[..<range.upperBound]), String(shown[range.upperBound...]))
        }
        guard poll(&descriptor, 1, 120_000) > 0 else { return (nil, shown) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &bytes, bytes.count)
        guard count > 0 else { return (nil, shown) }
        shown += String(decoding: bytes[..<count], as: UTF8.self)
      }
    }
    unread.withLock { $0 = rest }
    return shown
  }

  /// Types a text.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Waits for the program's end; its status, 128 + n after signal n, and its output, which is not
  /// on the terminal.
  func end() async -> (status: Int32, output: String) {
    (await process.end(), (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }
}
