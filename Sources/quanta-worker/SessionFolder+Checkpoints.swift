import Glibc
import Posix
import SweepModel
import Wire
import WorkFolder

// The last checkpoint of every job: a frame, or one for each of its pieces.

extension SessionFolder {
  /// Keeps a checkpoint in place of the job's last one.
  func keep(checkpoint: [UInt8], of attempt: AttemptID) throws(PosixError) {
    let name = checkpointName(attempt.job)
    try writeFileAtomically(name, in: checkpoints) { (file) throws(PosixError) in
      for report in Report.reports(of: checkpoint, attempt) {
        try file.writeAll(report.frame.bytes)
      }
    }
  }

  /// Opens the file of a job's last checkpoint; nil when there is none.
  func openCheckpoint(of job: JobKey) -> Descriptor? {
    let number = (try? checkpoints.open(checkpointName(job), O_RDONLY)) ?? nil
    return number.map { Descriptor(number: $0) }
  }

  /// The job's last checkpoint on this host; nil when there is none or it is damaged.
  func checkpoint(of job: JobKey) -> [UInt8]? {
    openCheckpoint(of: job).flatMap { read($0, of: job) }
  }

  /// The newest checkpoint of a job that another pilot has kept in the folder which pilots share; what is
  /// kept at the very end of an allocation may never have come to the coordinator.
  func checkpoint(keptByOthersOf attempt: AttemptID) -> [UInt8]? {
    guard SessionPart.pilot(of: own.path) != nil, attempt.number > 1 else { return nil }
    let name = checkpointName(attempt.job)
    var newest: (folder: Directory, at: timespec)?
    for part in session.names() where SessionPart.pilot(of: part) != nil {
      guard let pilot = (try? session.folder(part)) ?? nil,
        let folder = (try? pilot.folder("checkpoints")) ?? nil,
        let status = folder.status(of: name), status.isFile
      else { continue }
      let isNewer = newest.map {
        ($0.at.tv_sec, $0.at.tv_nsec) < (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
      }
      if isNewer ?? true { newest = (folder, status.st_mtim) }
    }
    guard let number = (try? newest?.folder.open(name, O_RDONLY)) ?? nil else { return nil }
    return read(Descriptor(number: number), of: attempt.job)
  }

  private func read(_ file: Descriptor, of job: JobKey) -> [UInt8]? {
    var reports = CheckpointFile(file)
    var checkpoint: [UInt8] = []
    do {
      while let report = try reports.next() {
        if case .checkpoint(_, let bytes) = report { return bytes }
        guard case .checkpointPart(_, let part) = report else { return nil }
        checkpoint.reserveCapacity(min(part.total, Int(file.status.st_size)))
        checkpoint += part.bytes
      }
      return checkpoint
    } catch {
      complain("error: the checkpoint of \(job) on this host cannot be used: \(error)")
      return nil
    }
  }
}
