import Glibc
import Posix
import WorkFolder
import Workloads

/// What earlier sessions and other versions of this program left in the work folder of this host.
///
/// A store that was deleted never says good-bye: without this, its session, its program and its data
/// would stay on every host for ever. What is removed is a regular file of the user's, with a name
/// of Quanta's form, that came into a folder of Quanta's after this was marked, has been unused for
/// 90 days, and holds no outcome.
struct Leftovers {
  static let patience = 90 * 86_400

  private let work: WorkFolder?
  private let session: String
  private let program: String

  init(_ invocation: Invocation) {
    work = try? WorkFolder(entering: invocation.folder)
    session = invocation.session
    program = "quanta-worker-\(invocation.hash)"
  }

  /// Says that this version of the program is in use.
  func touch() {
    guard let bin = try? work?.directory.folder("bin"),
      let file = try? bin.open(program, O_RDONLY)
    else { return }
    futimens(file, nil)
    close(file)
  }

  /// Removes what is old.
  func remove() {
    guard let work, let mark = work.markedAt else { return }
    removeProbes(of: work.directory, since: mark)
    if let sessions = try? work.directory.folder("sessions") {
      for name in sessions.names() where OwnName.isSession(name) && name != session {
        removeSession(name, in: sessions, since: mark)
      }
      removePilots(of: SessionPart.all(in: work), in: sessions, since: mark)
    }
    if let bin = try? work.directory.folder("bin") {
      for name in bin.names() where name != program {
        guard OwnName.isProgram(name) || OwnName.isShipped(name, of: OwnName.isProgram) else {
          continue
        }
        if isOld(bin.status(of: name), since: mark) { bin.removeFile(name) }
      }
    }
    if let setups = (try? work.directory.folder("setups")) ?? nil {
      for name in setups.names() where name.hasPrefix(CommandSetup.prefix) {
        guard let came = setups.status(of: name)?.st_mtim.tv_sec,
          came < time(nil) - Self.patience
        else { continue }
        FolderArchive.remove(name, in: setups.number)
      }
    }
    if let data = try? work.directory.folder("data") {
      for name in data.names()
      where OwnName.isData(name) || OwnName.isShipped(name, of: OwnName.isData) {
        if isOld(data.status(of: name), since: mark) { data.removeFile(name) }
      }
    }
  }

  /// Removes what a check left whose host crashed under it.
  private func removeProbes(of work: Directory, since mark: timespec) {
    for name in work.names() where name.hasPrefix(WorkFolder.probePrefix) {
      guard let probe = try? work.folder(name) else { continue }
      for file in ["note", "program"] where isOld(probe.status(of: file), since: mark) {
        probe.removeFile(file)
      }
      if probe.names().isEmpty, probe.status.st_mtim.tv_sec < time(nil) - Self.patience {
        work.removeFolder(name)
      }
    }
  }

  /// Removes this host's part of a session, also under the name that older versions gave it; its
  /// lock keeps workers from starting meanwhile.
  private func removeSession(_ name: String, in sessions: Directory, since mark: timespec) {
    for part in [MachineIdentity.part, HostFacts.hostname] {
      guard let session = try? sessions.folder(name),
        let folder = try? SessionFolder(part: part, of: session, in: sessions),
        isOld(folder.logStatus, since: mark), let lock = try? folder.openLock(making: false)
      else { continue }
      defer { close(lock) }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 { folder.removeUnlessNeeded() }
    }
  }

  /// Removes what pilots of other sessions left that are over, unless it holds an outcome.
  private func removePilots(of parts: [SessionPart], in sessions: Directory, since mark: timespec) {
    for name in sessions.names() where OwnName.isSession(name) && name != session {
      guard let folder = (try? sessions.folder(name)) ?? nil else { continue }
      let own = parts.filter { $0.session == name }
      // Who is over, the parts tell as long as they are there.
      let traces = PilotTraces(of: folder, parts: own, isForAll: false)
      for part in own where part.isOver && isOld(part.folder.logStatus, since: mark) {
        guard let lock = try? part.folder.openLock(making: false) else { continue }
        defer { close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { continue }
        part.folder.removeJobFolders(unusedFor: -1, atEnd: true)
        part.folder.removeUnlessNeeded()
      }
      for file in traces.files where isOld(file.folder.status(of: file.name), since: mark) {
        file.folder.removeFile(file.name)
      }
      for inner in traces.folders { inner.folder.removeFolder(inner.name) }
    }
  }

  /// True for a regular file that nobody has used for long and that was not there before the mark:
  /// its change time tells when it came, which no program can set back.
  private func isOld(_ status: stat?, since mark: timespec) -> Bool {
    guard let status, status.isFile else { return false }
    let came = status.st_ctim
    return (came.tv_sec, came.tv_nsec) >= (mark.tv_sec, mark.tv_nsec)
      && status.st_mtim.tv_sec < time(nil) - Self.patience
  }
}
