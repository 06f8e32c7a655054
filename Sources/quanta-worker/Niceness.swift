import Glibc

/// How far this program gives way to other processes of its host: `nice` of the cluster file.
///
/// What may not be done (only root may give way less) is left undone: the account's own niceness
/// stands.
enum Niceness {
  /// This process' niceness.
  static var current: Int {
    Int(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
  }

  /// Gives this process, which has one thread yet, a niceness; what it starts inherits it.
  static func take(_ nice: Int) {
    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Int32(nice))
  }

  /// Gives a niceness to the worker of a session and to its slots, all threads: each of them leads a
  /// process group of its own.
  static func give(_ nice: Int, to session: String) {
    for own in OwnProcess.all() where own.session == session && own.verb != .attach {
      setpriority(__priority_which_t(PRIO_PGRP.rawValue), id_t(own.process), Int32(nice))
    }
  }
}
