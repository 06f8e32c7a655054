import Findings
import Foundation
import Posix
import Store

/// A run that goes on when its terminal, and the login that it came from, are gone.
enum Detachment {
  /// What the process is told that runs it.
  static let option = "--detached"

  /// Starts this command anew in a session of its own and shows what it says until its run begins, or what
  /// it ended with if none does; Ctrl-C until then calls it off.
  static func start(_ store: StoreLayout) throws {
    let (words, output) = try makePipe()
    let arguments = starter + [program] + own
    let child = try Child(
      arguments, input: Descriptor(opening: "/dev/null"), output: output, errors: output)
    output.close()
    let queue = DispatchQueue(label: "quanta.detach")
    let listeners = [SIGINT, SIGTERM].map { number in
      SignalListener(number, on: queue) { kill(child.process, SIGTERM) }
    }
    while let bytes = try words.readSome(), !bytes.isEmpty {
      try Descriptor.standardError.writeAll(bytes)
    }
    for listener in listeners { listener.end() }
    if StoreHolder(store)?.process == child.process {
      return Console.error(
        "it runs on without this terminal (process \(child.process)); `quanta attach` shows it to its "
          + "end, `kill -INT \(child.process)` drains it, and what it says goes to \(store.runLog)")
    }
    let ending = child.wait()
    if let log = try AtomicFile.read(store.runLog, limit: 1 << 20),
      log.starts(with: head(child.process))
    {
      try Descriptor.standardError.writeAll(log)
    }
    // Also one that no command ends with by itself: a signal's, or a crash's.
    if ending.code != 0 { Foundation.exit(ending.code) }
  }

  /// From here on this process says what it says to the store's log: whoever started it is told by that
  /// that the run has begun.
  static func begin(_ store: StoreLayout) {
    guard
      let log = try? Descriptor(
        opening: store.runLog, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, mode: 0o600)
    else { return }
    try? log.writeAll(head(getpid()))
    for number: Int32 in [1, 2] { dup2(log.number, number) }
  }

  private static func head(_ process: pid_t) -> [UInt8] { Array("process \(process)\n".utf8) }

  /// This program, whatever its file is called meanwhile.
  private static var program: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  /// The arguments of this process, for the one that runs it.
  private static var own: [String] {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if let place = arguments.firstIndex(of: "--detach") { arguments[place] = option }
    return arguments
  }

  /// Where a user's systemd ends what a login leaves, it is asked for a scope of its own.
  private static var starter: [String] {
    let scope = ["systemd-run", "--user", "--scope", "--quiet", "--collect", "--"]
    let trial = try? Child(
      scope + ["true"], input: Descriptor(opening: "/dev/null"),
      output: Descriptor(opening: "/dev/null", O_WRONLY),
      errors: Descriptor(opening: "/dev/null", O_WRONLY))
    return trial?.wait().status == 0 ? scope : []
  }
}
