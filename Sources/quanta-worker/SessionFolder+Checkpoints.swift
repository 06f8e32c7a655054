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
    let size = Int(file.status.st_size)
    var decoder = FrameDecoder()
    var checkpoint: [UInt8] = []
    var assembly: CheckpointAssembly?
    do {
      while true {
        let bytes = try file.readNext(1 << 20)
        if bytes.isEmpty { return assembly?.isWhole == true ? checkpoint : nil }
        decoder.append(bytes)
        while let frame = try decoder.next() {
          switch try Report(frame) {
          case .checkpoint(_, let bytes): return bytes
          case .checkpointPart(_, let part):
            if assembly == nil { checkpoint.reserveCapacity(min(part.total, size)) }
            var next = assembly ?? CheckpointAssembly(of: part)
            guard next.take(part) else { return nil }
            assembly = next
            checkpoint += part.bytes
          default: return nil
          }
        }
      }
    } catch {
      return nil
    }
  }
}
