import SweepModel
import Synchronization
import Wire

/// Writes checkpoints on a thread of its own, so that training never waits for the disk.
///
/// Each one replaces the last atomically. While one is being written the next waits; a newer one
/// takes its place, because only the newest matters.
final class CheckpointWriter: Sendable {
  private struct Task: Sendable {
    let attempt: AttemptID
    let bytes: [UInt8]
  }

  private struct State {
    var next: Task?
    var isBusy = false
    /// A piece was told, and the worker has not passed it on.
    var isHeldUp = false
    /// Somebody may go on from what is being told.
    var isWanted = true
  }

  private let folder: SessionFolder?
  private let send: @Sendable (Report) -> Void
  private let state = Mutex(State())
  private let work = Semaphore()
  private let rest = Semaphore()
  private let room = Semaphore()

  /// Starts the thread; it lives as long as the process.
  init(folder: SessionFolder?, send: @escaping @Sendable (Report) -> Void) {
    self.folder = folder
    self.send = send
    startNeededThread { self.run() }
  }

  /// Takes a checkpoint to be written; returns at once.
  func save(_ bytes: [UInt8], of attempt: AttemptID) {
    let wasIdle = state.withLock { state in
      defer { state.isBusy = true }
      state.next = Task(attempt: attempt, bytes: bytes)
      state.isWanted = true
      return !state.isBusy
    }
    if wasIdle { work.signal() }
  }

  /// Waits until everything that was taken is on disk and told.
  func finish() {
    while state.withLock(\.isBusy) { rest.wait() }
  }

  /// The worker has passed on the piece that was told last.
  func goOn() {
    state.withLock { $0.isHeldUp = false }
    room.signal()
  }

  /// Nobody goes on from these checkpoints: what is not on disk or told yet is left out.
  func abandon() {
    state.withLock { state in
      state.isWanted = false
      state.next = nil
    }
    room.signal()
  }

  private func run() {
    while true {
      work.wait()
      while let task = takeNext() { write(task) }
      rest.signal()
    }
  }

  private func takeNext() -> Task? {
    state.withLock { state in
      defer { state.next = nil }
      state.isBusy = state.next != nil
      return state.next
    }
  }

  private func write(_ task: Task) {
    var isKept = folder != nil
    do {
      try folder?.keep(checkpoint: task.bytes, of: task.attempt)
    } catch {
      isKept = false
      complain("error: the checkpoint of \(task.attempt) is not kept here: \(error)")
    }
    // The worker sends a large one from its file, as fast as its link takes it.
    if isKept, task.bytes.count > CheckpointPart.largest {
      return send(.checkpointKept(task.attempt))
    }
    for report in Report.reports(of: task.bytes, task.attempt) { tell(report) }
  }

  /// Tells a checkpoint or a piece of one, which waits here until the worker has passed on the last:
  /// there it would wait in memory for the link.
  private func tell(_ report: Report) {
    while state.withLock({ $0.isHeldUp && $0.isWanted }) { room.wait() }
    guard state.withLock(\.isWanted) else { return }
    if case .checkpointPart = report { state.withLock { $0.isHeldUp = true } }
    send(report)
  }
}
