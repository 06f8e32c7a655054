import Store
import SweepModel

/// The store as a run uses it: the ledger, and the files beside it.
struct RunStore {
  let ledger: LedgerStore
  let mailbox: Mailbox
  /// The store's identity, under which its workers are found.
  let session: String
  private let logs: LogStore
  private let checkpoints: CheckpointFolder
  private let live: LiveFile

  init(_ ledger: LedgerStore) throws(StoreError) {
    self.ledger = ledger
    session = try ledger.session()
    mailbox = Mailbox(ledger.layout)
    logs = LogStore(ledger.layout)
    checkpoints = CheckpointFolder(ledger.layout)
    live = LiveFile(ledger.layout)
    checkpoints.removeDrafts()
  }

  /// Adds lines to an attempt's log. A log that cannot be written loses lines, never a result.
  func appendLog(_ text: String, of attempt: AttemptID) {
    try? logs.append(Array(text.utf8), of: attempt.job, attempt: attempt.number)
  }

  /// Makes the logs' latest lines visible to readers.
  func flushLogs() { try? logs.flush() }

  /// Keeps a job's checkpoint in place of its last one.
  func keepCheckpoint(_ bytes: [UInt8], of job: JobKey) throws(StoreError) {
    try checkpoints.write(bytes, of: job)
  }

  /// Begins a checkpoint of a job that comes piece by piece.
  func draftCheckpoint(of job: JobKey) throws(StoreError) -> CheckpointDraft {
    try checkpoints.draft(of: job)
  }

  /// The job's last checkpoint.
  func checkpoint(of job: JobKey) -> [UInt8]? { (try? checkpoints.read(job)) ?? nil }

  /// The job's last checkpoint, to be read piece by piece.
  func storedCheckpoint(of job: JobKey) -> StoredCheckpoint? {
    (try? checkpoints.open(job)) ?? nil
  }

  /// The job has its result: nobody goes on from its checkpoint any more.
  func finish(_ attempt: AttemptID) {
    dropCheckpoint(of: attempt.job)
    finishLog(attempt)
  }

  /// Removes a checkpoint that nobody goes on from.
  func dropCheckpoint(of job: JobKey) { try? checkpoints.delete(job) }

  /// The attempt is over: its log is written and no longer kept in memory.
  func finishLog(_ attempt: AttemptID) {
    try? logs.finish(attempt.job, attempt: attempt.number)
  }

  /// Shows the run's status to other commands.
  func publish(_ bytes: [UInt8]) { try? live.write(bytes) }
}
