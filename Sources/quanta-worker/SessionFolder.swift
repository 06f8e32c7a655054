import Glibc
import Posix
import SweepModel
import Wire
import WorkFolder
import Workloads

/// The files of one session on one host, all 0600 in folders of 0700.
///
/// The machine is part of the path: on a cluster the home folder is shared, and neither a
/// socket nor a lock means anything on another host. Every file is looked up in a folder that is
/// held open and was found to be the user's alone; no link is followed, and only regular files of
/// the session's own names are removed.
struct SessionFolder {
  /// The socket's name relative to the folder: full paths may exceed what a socket address holds.
  static let socketName = "socket"
  static let lockName = "lock"
  static let logName = "worker.log"
  /// Before the name of its allocation in that of a pilot's part.
  static let pilotMark = "-pilot-"
  /// The folder of the jobs' own folders, which jobs make.
  static let jobsName = "jobs"

  /// The folder of all hosts' parts.
  let session: Directory
  /// The sessions.
  let sessions: Directory
  let own: Directory
  let spool: Directory
  let checkpoints: Directory

  var path: String { own.path }
  var log: String { "\(own.path)/\(Self.logName)" }

  /// Makes the folder of an invocation's session and enters it.
  init(entering invocation: Invocation) throws(PosixError) {
    do {
      let work =
        try WorkFolder(entering: invocation.folder) ?? WorkFolder(making: invocation.folder)
      sessions = try work.part("sessions")
      session = try sessions.folder(making: invocation.session)
      own = try session.folder(making: MachineIdentity.part)
      spool = try own.folder(making: "spool")
      checkpoints = try own.folder(making: "checkpoints")
    } catch {
      throw PosixError("\(error)")
    }
    guard fchdir(own.number) == 0 else { throw PosixError(call: "enter \(path)") }
  }

  /// A part of a session that is there.
  init(part name: String, of session: Directory, in sessions: Directory) throws(FolderTrouble) {
    guard let own = try session.folder(name), let spool = try own.folder("spool"),
      let checkpoints = try own.folder("checkpoints")
    else { throw FolderTrouble("\(session.path)/\(name)", ENOENT) }
    self.sessions = sessions
    self.session = session
    self.own = own
    self.spool = spool
    self.checkpoints = checkpoints
  }

  /// Opens the lock; nil when it is missing and not to be made.
  func openLock(making: Bool = true) throws(PosixError) -> Int32? {
    do {
      return try own.open(Self.lockName, making ? O_RDWR | O_CREAT : O_RDWR)
    } catch {
      throw PosixError("\(error)")
    }
  }

  /// Opens the worker's log to write at its end.
  func openLog() throws(PosixError) -> Int32 {
    do {
      guard let log = try own.open(Self.logName, O_WRONLY | O_CREAT | O_APPEND) else {
        throw PosixError(call: "open \(log)", ENOENT)
      }
      return log
    } catch {
      throw PosixError("\(error)")
    }
  }

  /// The worker's log so far.
  func readLog() -> [UInt8] { (try? readFile(Self.logName, in: own)) ?? [] }

  /// What the log is; nil when there is none.
  var logStatus: stat? { own.status(of: Self.logName) }

  /// True when an open file is the session's lock, and not one whose session was removed meanwhile.
  func isLock(_ number: Int32) -> Bool {
    var open = stat()
    return fstat(number, &open) == 0 && own.status(of: Self.lockName)?.st_ino == open.st_ino
  }

  /// Removes the socket, and nothing else of its name.
  func removeSocket() {
    guard let status = own.status(of: Self.socketName), status.isSocket else { return }
    unlinkat(own.number, Self.socketName, 0)
  }

  /// The folder of a job whose program runs here.
  func jobFolder(_ job: JobKey) -> String { "\(jobs)/\(job.hex)" }

  /// Where all jobs' folders are.
  var jobs: String { "\(own.path)/\(Self.jobsName)" }

  func spoolName(_ attempt: AttemptID) -> String { "\(attempt.token).outcome" }

  func checkpointName(_ job: JobKey) -> String { "\(job.hex).checkpoint" }

  /// Keeps an outcome until it is acknowledged; durable when this returns.
  func keep(_ outcome: Report.Outcome, of attempt: AttemptID) throws(PosixError) {
    let bytes = Report.outcome(attempt, outcome).frame.bytes
    try writeFileAtomically(spoolName(attempt), in: spool) { (file) throws(PosixError) in
      try file.writeAll(bytes)
    }
  }

  /// Forgets an attempt: its outcome and, unless another attempt needs it, its job's checkpoint.
  func forget(_ attempt: AttemptID, withCheckpoint: Bool) {
    spool.removeFile(spoolName(attempt))
    if withCheckpoint { checkpoints.removeFile(checkpointName(attempt.job)) }
  }

  /// The outcomes that earlier workers of this session kept; damaged files are left and named.
  func keptOutcomes() -> [(attempt: AttemptID, outcome: Report.Outcome)] {
    spool.names().filter { OwnName.isOutcome($0) }.compactMap { name in
      do {
        guard let report = try readReport(name, in: spool),
          case .outcome(let attempt, let outcome) = report
        else { throw PosixError("not an outcome") }
        return (attempt, outcome)
      } catch {
        complain("\(spool.path)/\(name) is unusable: \(error)")
        return nil
      }
    }
  }

  /// Removes what a worker that was killed, or a host that crashed, has half written.
  func removeParts() {
    for name in spool.names() where OwnName.isPart(name, of: OwnName.isOutcome) {
      spool.removeFile(name)
    }
    for name in checkpoints.names() where OwnName.isPart(name, of: OwnName.isCheckpoint) {
      checkpoints.removeFile(name)
    }
  }

  /// Removes all outcomes: no job waits for one.
  func removeOutcomes() {
    for name in spool.names() where OwnName.isOutcome(name) { spool.removeFile(name) }
  }

  /// Removes the checkpoints of jobs that went elsewhere: all but those of some attempts' jobs.
  func removeCheckpoints(exceptOf attempts: [AttemptID]) {
    let needed = Set(attempts.map { checkpointName($0.job) })
    for name in checkpoints.names() where OwnName.isCheckpoint(name) && !needed.contains(name) {
      checkpoints.removeFile(name)
    }
  }

  /// Removes the folders of programs that nobody has used for long; at the end of a run all but those
  /// from which a job can go on nowhere else.
  func removeJobFolders(unusedFor seconds: Int, atEnd isEnd: Bool) {
    guard let jobs = (try? own.folder(Self.jobsName)) ?? nil else { return }
    for name in jobs.names() {
      guard let job = (try? jobs.folder(name)) ?? nil else { continue }
      let isNeeded = !isEnd || job.status(of: JobPlace.staying) != nil
      let isOld = job.status.st_mtim.tv_sec < time(nil) - seconds
      if !isNeeded || isOld { FolderArchive.remove(name, in: jobs.number) }
    }
    own.removeFolder(Self.jobsName)
  }

  /// Removes the folder unless it holds an outcome, and the session's when no other host has a
  /// part of it. What is not Quanta's stays, and the folders that hold it. The caller holds the
  /// lock.
  func removeUnlessNeeded() {
    guard spool.names().isEmpty else { return }
    removeParts()
    removeCheckpoints(exceptOf: [])
    own.removeFolder("checkpoints")
    own.removeFolder("spool")
    removeSocket()
    own.removeFile(Self.logName)
    own.removeFile(Self.lockName)
    if session.removeFolder(lastName(own.path)) { sessions.removeFolder(lastName(session.path)) }
  }

  func lastName(_ path: String) -> String {
    String(path.split(separator: "/").last ?? "")
  }

  private func readReport(_ name: String, in folder: Directory) throws -> Report? {
    try readFile(name, in: folder).map { try Report(file: $0) }
  }
}
