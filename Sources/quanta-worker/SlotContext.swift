import SweepModel
import Wire
import Workloads

/// A running job's view of the world.
final class SlotContext: JobContext {
  private let assignment: Order.Assignment
  private let folder: SessionFolder?
  private let inbox: SlotInbox
  private let send: (Report) -> Void
  private var nextCheckpoint: Double
  private var nextProgress = 0.0

  /// Shortest time between two reports of progress, seconds.
  private static let progressInterval = 0.25

  init(
    _ assignment: Order.Assignment, folder: SessionFolder?, inbox: SlotInbox,
    send: @escaping (Report) -> Void
  ) {
    self.assignment = assignment
    self.folder = folder
    self.inbox = inbox
    self.send = send
    nextCheckpoint = monotonicSeconds() + assignment.checkpointSeconds
  }

  var threads: Int { assignment.threads }

  func loadCheckpoint() -> [UInt8]? {
    assignment.checkpoint ?? folder?.checkpoint(of: assignment.attempt.job)
  }

  var isCheckpointDue: Bool { monotonicSeconds() >= nextCheckpoint }

  func saveCheckpoint(_ bytes: [UInt8]) throws {
    nextCheckpoint = monotonicSeconds() + assignment.checkpointSeconds
    do {
      try folder?.keep(checkpoint: bytes, of: assignment.attempt)
    } catch {
      // A full disk costs the way back, not the job.
      log("quanta: the checkpoint is not kept on this host: \(error)")
    }
    // A larger one would break the link; it stays on this host.
    guard bytes.count < Frame.maximumSize - 1024 else { return }
    send(.checkpoint(assignment.attempt, bytes))
  }

  func checkStop() throws {
    if inbox.isStopped(assignment.attempt) { throw JobStopped() }
  }

  func report(step: Int, of total: Int, metric: String, value: Double) {
    let now = monotonicSeconds()
    guard now >= nextProgress else { return }
    nextProgress = now + Self.progressInterval
    let progress = Report.Progress(step: step, total: total, metric: metric, value: value)
    send(.progress(assignment.attempt, progress))
  }

  func log(_ line: String) { send(.log(assignment.attempt, line + "\n")) }
}
