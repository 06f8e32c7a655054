import Scheduler
import Store
import SweepModel
import Wire

// Checkpoints: from workers into the store, and from the store to where a job goes on.

extension Coordinator {
  /// The largest checkpoint that is believed of a job, whatever its workload says of its memory.
  private static let mostUnexpectedBytes = 1 << 30
  /// The largest one of a job of another sweep, whose workload is not known here.
  private static let mostOtherBytes = 16 << 30

  func keepCheckpoint(_ bytes: [UInt8], of attempt: AttemptID) {
    guard holdsLease(attempt) else { return }
    do {
      try store.keepCheckpoint(bytes, of: attempt.job)
      handle(.progressed(attempt))
    } catch {
      noteUnkept(attempt, "\(error)")
    }
  }

  /// Takes a piece of a host's checkpoint; the job's last one stays until the new one is whole.
  func keepPart(_ part: CheckpointPart, of attempt: AttemptID, from index: Int) {
    let place = hosts[index].arriving.firstIndex { $0.attempt == attempt }
    var arriving = place.map { hosts[index].arriving.remove(at: $0) }
    do {
      if part.offset == 0 {
        arriving = nil
        guard holdsLease(attempt) else { return }
        guard part.total <= mostBytes(of: attempt.job) else {
          return noteUnkept(attempt, "\(part.total) bytes are too many for it")
        }
        arriving = try ArrivingCheckpoint(of: attempt, part, in: store)
      }
      // What belongs to no checkpoint under way is the rest of one that was given up.
      guard var whole = arriving, try whole.take(part) else { return }
      guard part.isLast else { return hosts[index].expectRest(of: whole) }
      guard whole.isWhole else { return noteUnkept(attempt, "its checksum disagrees") }
      guard mayGoOn(from: attempt) else { return }
      try whole.keep()
      if holdsLease(attempt) { handle(.progressed(attempt)) }
    } catch {
      noteUnkept(attempt, "\(error)")
    }
  }

  private func noteUnkept(_ attempt: AttemptID, _ reason: String) {
    onNote("the checkpoint of \(attempt) is not kept: \(reason)")
  }

  private func mostBytes(of job: JobKey) -> Int {
    guard let job = scheduler.job(job) else { return Self.mostOtherBytes }
    let memory = plan.signature.estimate(job.parameters).memoryBytes
    return max(Self.mostUnexpectedBytes, 4 * min(memory, 1 << 50))
  }

  /// Whether a later attempt would go on from an attempt's checkpoint: it still runs, or it has ended
  /// while that came, and no other has begun.
  private func mayGoOn(from attempt: AttemptID) -> Bool {
    if holdsLease(attempt) { return true }
    guard let entry = try? ledgerEntry(of: attempt.job) else { return false }
    return entry.open == nil && entry.state != .done && entry.attempts == attempt.number
  }

  /// Starts an attempt from its job's checkpoint, which goes ahead of it when it is large.
  func start(_ attempt: AttemptID, _ placement: Placement, on worker: String) {
    guard let job = scheduler.job(attempt.job),
      let index = hosts.firstIndex(where: { $0.name == worker })
    else { return }
    let stored = store.storedCheckpoint(of: attempt.job)
    let isLarge = (stored?.size ?? 0) > CheckpointPart.largest
    let checkpoint = stored == nil || isLarge ? nil : store.checkpoint(of: attempt.job)
    progress.started(
      attempt, cpuSeconds: plan.signature.estimate(job.parameters).cpuSeconds,
      threads: placement.threads, resumes: isLarge || checkpoint != nil, at: clock())
    if let stored, isLarge {
      hosts[index].given.insert(attempt)
      hosts[index].leaving.add(attempt, placement, stored)
      return sendParts(to: index)
    }
    if let order = order(attempt, placement, on: worker, checkpoint: checkpoint) {
      send(order, to: worker)
    }
  }

  /// A worker has taken pieces.
  func noteTaken(_ bytes: Int, of attempt: AttemptID, by index: Int) {
    hosts[index].leaving.noteTaken(bytes, of: attempt)
    sendParts(to: index)
  }

  /// Sends pieces as far as the worker has taken the last ones, and after each checkpoint the order.
  private func sendParts(to index: Int) {
    while let step = hosts[index].leaving.next() {
      switch step {
      case .part(let attempt, let part): hosts[index].send(.checkpointPart(attempt, part))
      case .start(let attempt, let placement):
        let name = hosts[index].name
        if let order = order(attempt, placement, on: name, checkpoint: nil) {
          send(order, to: name)
        }
      }
    }
  }
}
