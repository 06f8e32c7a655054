import Glibc
import WorkFolder

/// One host's part of one session in the work folder, as somebody finds it who is not its worker.
struct SessionPart {
  /// Who holds its lock.
  enum Holder: Equatable {
    case nobody
    /// The worker, a process of this user that has the lock open.
    case worker(pid_t)
    /// Somebody whom `/proc` does not show: on another machine, or in another container.
    case unseen
  }

  let session: String
  let name: String
  let folder: SessionFolder
  let holder: Holder

  /// True for a part of this machine; of others on a shared folder no lock tells anything.
  var isHere: Bool { name == MachineIdentity.part || name == HostFacts.hostname }

  /// The allocation whose pilot's part it is, `17_3`; nil for that of another worker.
  var allocation: String? { Self.pilot(of: name).map { String($0.prefix { $0 != "." }) } }

  /// The pilot whose part has a name, `17_3.0.21`; nil for that of another worker.
  static func pilot(of name: String) -> String? {
    name.ranges(of: SessionFolder.pilotMark).last.map { String(name[$0.upperBound...]) }
  }

  /// How long after the end of its allocation a pilot is surely gone, seconds.
  private static let afterEnd = 600

  /// True for the part of a pilot that is over: its time is, and nobody holds the lock, which may tell
  /// nothing of other machines.
  var isOver: Bool { holder == .nobody && staysUntil.map { $0 < time(nil) } ?? false }

  /// When a pilot is surely gone, seconds since 1970; of one that never said when its time ends, 90 days
  /// must pass. Nil for the part of another worker.
  var staysUntil: Int? {
    guard allocation != nil else { return nil }
    if let endsAt = note?.endsAt { return endsAt + Self.afterEnd }
    return (folder.logStatus ?? folder.own.status).st_mtim.tv_sec + Leftovers.patience
  }

  /// Every part of every session.
  static func all(in work: WorkFolder) -> [SessionPart] {
    guard let sessions = try? work.directory.folder("sessions") else { return [] }
    let workers = OwnProcess.all().filter { $0.verb == .serve }
    return sessions.names().filter(OwnName.isSession).flatMap { name -> [SessionPart] in
      guard let session = try? sessions.folder(name) else { return [] }
      return session.names().compactMap { part in
        guard let folder = try? SessionFolder(part: part, of: session, in: sessions) else {
          return nil
        }
        let holder = holder(of: folder, among: workers.filter { $0.session == name })
        return SessionPart(session: name, name: part, folder: folder, holder: holder)
      }
    }
  }

  private static func holder(of folder: SessionFolder, among workers: [OwnProcess]) -> Holder {
    guard let lock = (try? folder.openLock(making: false)) ?? nil else { return .nobody }
    defer { close(lock) }
    guard flock(lock, LOCK_EX | LOCK_NB) != 0 else { return .nobody }
    var status = stat()
    fstat(lock, &status)
    return workers.first { $0.hasOpen(status) }.map { .worker($0.process) } ?? .unseen
  }

  /// What its worker tells; nil when it is of an older version.
  var note: WorkerNote? { WorkerNote(folder.readLock()) }

  /// Whom its worker serves; nil when nobody is attached. An older worker does not say, but a pipe to
  /// it can be seen.
  var attachedRun: String? {
    if let note { return note.run }
    let hasPipe = OwnProcess.all().contains { $0.verb == .attach && $0.session == session }
    return hasPipe ? "-" : nil
  }

  /// Outcomes that no coordinator has taken, and their bytes; those left out that say no more than
  /// that a job was stopped.
  var waiting: (count: Int, bytes: Int) {
    let stopped = Set(folder.stoppedAttempts.map(folder.spoolName))
    let names = folder.spool.names().filter { OwnName.isOutcome($0) && !stopped.contains($0) }
    let files = names.compactMap {
      folder.spool.status(of: $0)
    }
    return (files.count, files.reduce(0) { $0 + Int($1.st_size) })
  }

  /// Proves again that a process is the worker, at the last moment, and asks it to end.
  func askToEnd() -> Bool {
    guard case .worker(let process) = holder,
      let lock = (try? folder.openLock(making: false)) ?? nil
    else { return false }
    defer { close(lock) }
    var status = stat()
    fstat(lock, &status)
    guard folder.isLock(lock), let worker = OwnProcess(process), worker.verb == .serve,
      worker.session == session, worker.hasOpen(status)
    else { return false }
    return kill(process, SIGTERM) == 0
  }

  /// Nobody holds the lock any more.
  var isFree: Bool {
    guard let lock = (try? folder.openLock(making: false)) ?? nil else { return true }
    defer { close(lock) }
    return flock(lock, LOCK_EX | LOCK_NB) == 0
  }
}
