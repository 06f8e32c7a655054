import Glibc

/// SIGTERM to a worker: it stops its jobs, which keep their checkpoints, and ends; what nobody has
/// taken yet waits on the disk.
enum EndRequest {
  /// From here on the signal is kept until somebody looks.
  static func hold() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigprocmask(SIG_BLOCK, &signals, nil)
  }

  /// It has come.
  static var hasCome: Bool {
    var pending = sigset_t()
    sigemptyset(&pending)
    return sigpending(&pending) == 0 && sigismember(&pending, SIGTERM) == 1
  }
}
