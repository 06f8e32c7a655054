import ArgumentParser
import Glibc
import Posix
import Synchronization

/// Whether somebody asked this process to end: Ctrl-C, a terminal that hung up, SIGTERM.
enum Interruption {
  private static let isAsked = Atomic(false)

  /// From here on these signals do nothing by themselves. Those that are ignored stay so, as shells do.
  static func listen() {
    isAsked.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      sigaction(number, nil, &action)
      guard action.__sigaction_handler.sa_handler == nil else { continue }
      signal(number) { _ in Interruption.isAsked.store(true, ordering: .relaxed) }
    }
  }

  /// Sleeps a moment; ends what goes on, with the exit status 130, when somebody asked for it.
  static func pause(_ seconds: Double) throws(ExitCode) {
    usleep(UInt32(seconds * 1e6))
    if isAsked.load(ordering: .relaxed) { throw ExitCode(130) }
  }

  /// Waits for a process; its exit status.
  static func code(of child: Child) throws(ExitCode) -> Int32 {
    while true {
      if let ending = child.endingNow() { return ending.code }
      try pause(0.05)
    }
  }
}
