import Glibc
import SweepModel
import Wire
import WorkFolder
import Workloads

// What others than its worker see of a session.

extension SessionFolder {
  /// What its worker wrote into the lock.
  func readLock() -> [UInt8] { (try? readFile(Self.lockName, in: own)) ?? [] }

  /// Since when its worker listens, seconds since 1970; nil when none does.
  var listensSince: Int? {
    guard let status = own.status(of: Self.socketName), status.isSocket else { return nil }
    return status.st_ctim.tv_sec
  }

  /// Attempts whose outcome says no more than that they were stopped.
  var stoppedAttempts: [AttemptID] {
    keptOutcomes().filter { entry in
      guard case .failed(let cause, _) = entry.outcome else { return false }
      return cause == .cancelled
    }.map(\.attempt)
  }

  /// Jobs that can go on here.
  var checkpointCount: Int {
    checkpoints.names().count(where: OwnName.isCheckpoint)
      + ((try? own.folder(Self.jobsName))??.names().count { !$0.hasPrefix(JobPlace.spare) } ?? 0)
  }

  /// How long ago a job has kept anything to go on from, seconds.
  var checkpointAge: Int {
    let folders = [checkpoints, (try? own.folder(Self.jobsName)) ?? nil].compactMap(\.self)
    return time(nil) - (folders.map(\.status.st_mtim.tv_sec).max() ?? 0)
  }

  /// Bytes of all of the user's files in it.
  var contentBytes: Int { own.contentBytes }

  /// What lies in it that Quanta did not make.
  var foreignNames: [String] {
    let names = [
      Self.socketName, Self.lockName, Self.logName, Self.jobsName, "spool", "checkpoints",
    ]
    return own.names().filter { !names.contains($0) }
      + spool.names().filter {
        !OwnName.isOutcome($0) && !OwnName.isPart($0, of: OwnName.isOutcome)
      }.map { "spool/\($0)" }
      + checkpoints.names().filter {
        !OwnName.isCheckpoint($0) && !OwnName.isPart($0, of: OwnName.isCheckpoint)
      }.map { "checkpoints/\($0)" }
  }

  /// Bytes of the user's files among ``foreignNames``.
  var foreignBytes: Int {
    foreignNames.reduce(0) { sum, name in
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      let folder = parts.count == 1 ? own : parts[0] == "spool" ? spool : checkpoints
      guard let status = folder.status(of: parts[parts.count - 1]), status.isFile else {
        return sum
      }
      return sum + Int(status.st_size)
    }
  }
}
