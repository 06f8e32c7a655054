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
      guard let part = try? SessionFolder(part: name, of: session, in: sessions),
        let lock = try? part.openLock()
      else { continue }
      defer { close(lock) }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
      for outcome in part.spool.names() where OwnName.isOutcome(outcome) {
        guard part.spool.status(of: outcome)?.isFile == true, spool.status(of: outcome) == nil
        else { continue }
        renameat(part.spool.number, outcome, spool.number, outcome)
      }
      if name == HostFacts.hostname { part.removeUnlessNeeded() }
    }
  }

  /// Enters the part of a worker of an older version, which may still run; false when there is none.
  static func enterOlderPart(of invocation: Invocation) -> Bool {
    guard let work = try? WorkFolder(entering: invocation.folder),
      let sessions = try? work.directory.folder("sessions"),
      let session = try? sessions.folder(invocation.session),
      let part = try? session.folder(HostFacts.hostname)
    else { return false }
    return fchdir(part.number) == 0
  }
}
