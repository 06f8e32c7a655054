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
  }

  private let folder: SessionFolder?
  private let send: @Sendable (Report) -> Void
  private let state = Mutex(State())
  private let work = Semaphore()
  private let rest = Semaphore()

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
      return !state.isBusy
    }
    if wasIdle { work.signal() }
  }

  /// Waits until everything that was taken is on disk and told.
  func finish() {
    while state.withLock(\.isBusy) { rest.wait() }
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
    for report in Report.reports(of: task.bytes, task.attempt) { send(report) }
  }
}
