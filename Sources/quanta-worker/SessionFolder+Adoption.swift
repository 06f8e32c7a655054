import Glibc
import SweepModel
import WorkFolder

// What workers left whose part of the session has another name.

extension SessionFolder {
  /// Moves here the outcomes that wait in other parts of the session and that no worker there will
  /// tell any more: of an older version, which named its part by the host alone, of a host that has
  /// been renamed or lost a network card, or of one on the same shared folder that is gone.
  ///
  /// A part whose lock is held belongs to a worker that lives. Where locks do not reach other hosts,
  /// what is moved is told to the coordinator twice, and counts once.
  func adoptOutcomes() {
    for name in session.names() where name != MachineIdentity.part {
      adoptOutcomes(of: name, in: session, in: sessions, isMarked: true)
    }
    guard let outer = Self.outer(sessions, lastName(session.path)) else { return }
    for name in outer.session.names() {
      adoptOutcomes(of: name, in: outer.session, in: outer.sessions, isMarked: false)
    }
  }

  private func adoptOutcomes(
    of name: String, in session: Directory, in sessions: Directory, isMarked: Bool
  ) {
    guard let part = try? SessionFolder(part: name, of: session, in: sessions),
      let lock = (try? part.openLock(making: isMarked)) ?? nil
    else { return }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
    let whole = isMarked ? nil : Set(part.keptOutcomes().map { part.spoolName($0.attempt) })
    for outcome in part.spool.names() where OwnName.isOutcome(outcome) {
      guard whole?.contains(outcome) ?? true, part.spool.status(of: outcome)?.isFile == true,
        spool.status(of: outcome) == nil
      else { continue }
      renameat(part.spool.number, outcome, spool.number, outcome)
    }
    if isMarked, name == HostFacts.hostname { part.removeUnlessNeeded() }
  }

  /// Enters the part of a worker of an older version, which may still run; false when there is none.
  static func enterOlderPart(of invocation: Invocation) -> Bool {
    guard let work = try? WorkFolder(entering: invocation.folder),
      let sessions = try? work.directory.folder("sessions")
    else { return false }
    let session = (try? sessions.folder(invocation.session)) ?? nil
    for session in [session, outer(sessions, invocation.session)?.session] {
      if let part = (try? session?.folder(HostFacts.hostname)) ?? nil,
        part.status(of: socketName) != nil
      {
        return fchdir(part.number) == 0
      }
    }
    return false
  }

  /// The same session in the folder around this work folder: where an older version kept it, when the
  /// folder held other things, too, and Quanta now has `quanta` in it for its own. Nothing is removed
  /// there but the outcomes that move here.
  private static func outer(
    _ sessions: Directory, _ name: String
  ) -> (session: Directory, sessions: Directory)? {
    let work = sessions.path.split(separator: "/").dropLast()
    guard work.last == WorkFolder.innerName[...] else { return nil }
    let number = openat(sessions.number, "../..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard number >= 0 else { return nil }
    let around = Directory(number: number, path: "/" + work.dropLast().joined(separator: "/"))
    guard let outer = (try? around.folder("sessions")) ?? nil,
      let session = (try? outer.folder(name)) ?? nil
    else { return nil }
    return (session, outer)
  }
}
