import Glibc
import SweepModel
import Wire

/// The files of one session on one host, all 0600 in folders of 0700.
///
/// The host's name is part of the path: on a cluster the home folder is shared, and neither a
/// socket nor a lock means anything on another host.
struct SessionFolder {
  let path: String

  /// Names a folder without making it.
  init(path: String) { self.path = path }

  /// Makes the folder of an invocation's session and enters it.
  init(entering invocation: Invocation) throws(PosixError) {
    path = "\(invocation.folder)/sessions/\(invocation.session)/\(HostFacts.hostname)"
    try makeFolders(path + "/spool")
    try makeFolders(path + "/checkpoints")
    guard chdir(path) == 0 else { throw PosixError(call: "enter \(path)") }
  }

  /// The socket's name relative to ``path``: full paths may exceed what a socket address holds.
  static let socketName = "socket"

  var lock: String { path + "/lock" }
  var log: String { path + "/worker.log" }

  /// True when an open file is the session's lock, and not one whose session was removed meanwhile.
  func isLock(_ number: Int32) -> Bool {
    var open = stat()
    var named = stat()
    return fstat(number, &open) == 0 && stat(lock, &named) == 0 && open.st_ino == named.st_ino
  }

  private var spool: String { path + "/spool" }
  private var checkpoints: String { path + "/checkpoints" }

  private func spoolFile(_ attempt: AttemptID) -> String { "\(spool)/\(attempt.token).outcome" }

  /// Keeps an outcome until it is acknowledged; durable when this returns.
  func keep(_ outcome: Report.Outcome, of attempt: AttemptID) throws(PosixError) {
    let bytes = Report.outcome(attempt, outcome).frame.bytes
    try writeFileAtomically(spoolFile(attempt), in: spool, bytes)
  }

  /// Forgets an attempt: its outcome and, unless another attempt needs it, its job's checkpoint.
  func forget(_ attempt: AttemptID, withCheckpoint: Bool) {
    unlink(spoolFile(attempt))
    if withCheckpoint { unlink(checkpointFile(attempt.job)) }
  }

  /// The outcomes that earlier workers of this session kept; damaged files are left and named.
  func keptOutcomes() -> [(attempt: AttemptID, outcome: Report.Outcome)] {
    listFolder(spool).filter { $0.hasSuffix(".outcome") }.compactMap { name in
      do {
        guard let report = try readReport("\(spool)/\(name)"),
          case .outcome(let attempt, let outcome) = report
        else { throw PosixError("not an outcome") }
        return (attempt, outcome)
      } catch {
        complain("\(spool)/\(name) is unusable: \(error)")
        return nil
      }
    }
  }

  /// Removes what a worker that was killed, or a host that crashed, has half written.
  func removeParts() {
    for folder in [spool, checkpoints] {
      for name in listFolder(folder) where name.hasSuffix(".part") { unlink("\(folder)/\(name)") }
    }
  }

  /// Removes the checkpoints of jobs that went elsewhere: all but those of some attempts' jobs.
  func removeCheckpoints(exceptOf attempts: [AttemptID]) {
    let needed = Set(attempts.map { checkpointFile($0.job) })
    for name in listFolder(checkpoints) where !needed.contains("\(checkpoints)/\(name)") {
      unlink("\(checkpoints)/\(name)")
    }
  }

  /// Removes the folder unless it holds an outcome, and the session's when no other host has a
  /// part of it. The caller holds the lock.
  func removeUnlessNeeded() {
    guard listFolder(spool).isEmpty else { return }
    for name in listFolder(checkpoints) { unlink("\(checkpoints)/\(name)") }
    for name in [checkpoints, spool] { rmdir(name) }
    for name in ["\(path)/\(Self.socketName)", log, lock] { unlink(name) }
    rmdir(path)
    rmdir(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
  }

  private func checkpointFile(_ job: JobKey) -> String { "\(checkpoints)/\(job.hex).checkpoint" }

  /// Keeps a checkpoint in place of the job's last one.
  func keep(checkpoint: [UInt8], of attempt: AttemptID) throws(PosixError) {
    let bytes = Report.checkpoint(attempt, checkpoint).frame.bytes
    try writeFileAtomically(checkpointFile(attempt.job), in: checkpoints, bytes)
  }

  /// The job's last checkpoint on this host; nil when there is none or it is damaged.
  func checkpoint(of job: JobKey) -> [UInt8]? {
    guard let report = try? readReport(checkpointFile(job)),
      case .checkpoint(_, let bytes) = report
    else { return nil }
    return bytes
  }

  private func readReport(_ path: String) throws -> Report? {
    try readFile(path).map { try Report(file: $0) }
  }
}
