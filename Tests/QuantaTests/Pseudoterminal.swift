import Foundation
import LabSupport

/// A terminal at which a test sits: `quanta` runs on it, in its foreground.
final class Pseudoterminal: Sendable {
  private let master: Int32
  private let process: Process
  private let log: String

  /// Starts a program with this terminal as the controlling one of a session of its own.
  init(_ sandbox: Sandbox, environment: [String: String] = [:], _ arguments: [String]) throws {
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
    let slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    _ = FileManager.default.createFile(atPath: log, contents: nil)
    let output = FileHandle(forWritingAtPath: log)
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    let settings = environment.map { "\($0)=\($1)" }.sorted()
    process.arguments =
      ["--ctty", "--wait", "env", "-C", sandbox.folder, "HOME=\(sandbox.folder)/home"]
      + ["QUANTA_WORKER=\(Sandbox.workerPath)"] + settings + arguments
    process.standardInput = FileHandle(fileDescriptor: slave)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    close(slave)
  }

  deinit {
    if process.isRunning { process.terminate() }
    close(master)
  }

  /// Waits until the terminal shows a text; returns all that it showed, or nil when the program
  /// ended or two minutes passed first.
  func waitFor(_ text: String) async -> String? {
    let master = master
    return await detached {
      var shown = ""
      var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      while poll(&descriptor, 1, 120_000) > 0 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(master, &bytes, bytes.count)
        guard count > 0 else { return nil }
        shown += String(decoding: bytes[..<count], as: UTF8.self)
        if shown.contains(text) { return shown }
      }
      return nil
    }
  }

  /// Types a text.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  /// Waits for the program's end; its status, 128 + n after signal n, and its output, which is not
  /// on the terminal.
  func end() async -> (status: Int32, output: String) {
    let process = process
    let status = await detached {
      process.waitUntilExit()
      return process.terminationStatus
    }
    return (status, (try? String(contentsOfFile: log, encoding: .utf8)) ?? "")
  }
}
