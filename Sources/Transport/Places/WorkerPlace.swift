import Glibc
import SweepModel

/// How a worker starts on the machine that a channel reaches: the command that becomes the POSIX shell
/// with which ``ShipDialog`` talks, and whether our files are seen from there.
struct WorkerPlace: Hashable, Sendable {
  /// What the program there is to be.
  enum Verb: String {
    /// A pipe to the session's worker.
    case attach
    /// Pipes to all pilots of a pool, which dial it or share its work folder.
    case relay
    /// The same through the work folder alone.
    case mail
  }

  /// The program that becomes the shell, and its arguments.
  let arguments: [String]
  /// Files of this machine need not be shipped: they are named.
  let sharesFiles: Bool
  /// The allocation of a batch system whose own process the worker is; empty where we start it.
  let pilot: String
  let verb: Verb

  /// A shell that `starter`, a program and its arguments, starts; right where the channel ends when
  /// that is empty.
  init(
    by starter: [String] = [], sharesFiles: Bool, pilot: String = "", verb: Verb = .attach
  ) {
    (self.pilot, self.verb) = (pilot, verb)
    arguments = starter + ["/bin/sh", "-c", RemoteScript.bootstrap]
    self.sharesFiles = sharesFiles
  }

  /// The one line that a login shell runs: it holds no character that sh, bash, zsh, csh or fish
  /// read differently inside single quotes, and it is short (old csh limits words to 1024 bytes).
  var command: String { "exec " + arguments.map(quoted).joined(separator: " ") }

  /// How a file of ours is named there; empty when it has to be shipped.
  func path(of file: String) -> String {
    guard sharesFiles, file.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return "" }
    guard !file.hasPrefix("/"), let folder = getcwd(nil, 0) else { return file }
    defer { free(folder) }
    return String(cString: folder) + "/" + file
  }
}
