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
    guard let file = openCheckpoint(of: job) else { return nil }
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
