import Glibc

/// What earlier sessions and other versions of this program left in the work folder of this host.
///
/// A store that was deleted never says good-bye: without this, its session, its program and its data
/// would stay on every host for ever. What is removed has been unused for 90 days, and holds no outcome.
struct Leftovers {
  private static let patience = 90 * 86_400

  private let folder: String
  private let session: String
  private let program: String

  init(_ invocation: Invocation) {
    folder = invocation.folder
    session = invocation.session
    program = "\(invocation.folder)/bin/quanta-worker-\(invocation.hash)"
  }

  /// Says that this version of the program is in use.
  func touch() { utimes(program, nil) }

  /// Removes what is old.
  func remove() {
    for name in listFolder("\(folder)/sessions") where name != session {
      removeSession("\(folder)/sessions/\(name)")
    }
    for name in listFolder("\(folder)/bin") where name.hasPrefix("quanta-worker-") {
      let path = "\(folder)/bin/\(name)"
      if path != program, isOld(path) { unlink(path) }
    }
    for name in listFolder("\(folder)/data") where isOld("\(folder)/data/\(name)") {
      unlink("\(folder)/data/\(name)")
    }
  }

  /// Removes this host's part of a session; its lock keeps workers from starting meanwhile.
  private func removeSession(_ path: String) {
    let own = SessionFolder(path: "\(path)/\(HostFacts.hostname)")
    guard isOld(own.log) else { return }
    let lock = open(own.lock, O_RDWR | O_CLOEXEC)
    guard lock >= 0 else { return }
    defer { close(lock) }
    if flock(lock, LOCK_EX | LOCK_NB) == 0 { own.removeUnlessNeeded() }
  }

  private func isOld(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mtim.tv_sec < time(nil) - Self.patience
  }
}
