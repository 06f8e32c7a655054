import Glibc

/// SIGTERM to a worker: it stops its jobs, which keep their checkpoints, and ends; what nobody has
/// taken yet waits on the disk. To a pilot it says that the allocation is about to end, as SIGUSR2 does
/// where a batch system was asked to send that some time before.
enum EndRequest {
  private static let signals = [SIGTERM, SIGUSR2]

  /// From here on the signals are kept until somebody looks.
  static func hold() {
    var held = sigset_t()
    sigemptyset(&held)
    for signal in signals { sigaddset(&held, signal) }
    sigprocmask(SIG_BLOCK, &held, nil)
  }

  /// One has come.
  static var hasCome: Bool {
    var pending = sigset_t()
    sigemptyset(&pending)
    guard sigpending(&pending) == 0 else { return false }
    return signals.contains { sigismember(&pending, $0) == 1 }
  }
}
