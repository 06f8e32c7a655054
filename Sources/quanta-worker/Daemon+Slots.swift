import Posix
import SweepModel
import Wire

// The worker's side of its slots.

extension Daemon {
  /// Longest text kept of a log that nobody could take, characters.
  private static let unsentLimit = 64 << 10

  mutating func serveSlot(_ index: Int) {
    do {
      try slots[index].peer.flush()
      guard let frames = try slots[index].peer.receive() else { return bury(index) }
      for frame in frames { pass(try Report(frame), from: index) }
    } catch {
      complain("slot \(slots[index].process): \(error)")
      slots[index].kill()
      bury(index)
    }
  }

  private mutating func pass(_ report: Report, from index: Int) {
    switch report {
    case .outcome(let attempt, let outcome): finish(attempt, outcome, in: index)
    case .log(let attempt, let text): log(attempt, text)
    case .checkpoint: if coordinator?.isCrowded == false { tell(report) }
    case .progress: if coordinator?.isCrowded == false { tell(report) }
    case .hello, .heartbeat, .occupied: break
    }
  }

  /// The slot's job is over; a stop that was asked for explains itself better than the slot can.
  private mutating func finish(_ attempt: AttemptID, _ outcome: Report.Outcome, in index: Int) {
    let stopping = slots[index].stopping
    slots[index].current = nil
    slots[index].deadline = nil
    slots[index].stopping = nil
    if case .failed(.cancelled, _) = outcome, let stopping {
      conclude(attempt, .failed(stopping.cause, message: stopping.message))
    } else {
      conclude(attempt, outcome)
    }
  }

  /// Keeps an outcome on disk, then tells it.
  mutating func conclude(_ attempt: AttemptID, _ outcome: Report.Outcome) {
    kept[attempt.token] = (attempt, outcome)
    do {
      try folder.keep(outcome, of: attempt)
    } catch {
      unwritten.insert(attempt.token)
      complain("\(attempt): its outcome is kept in memory only: \(error)")
    }
    tell(.outcome(attempt, outcome))
  }

  /// The disk may take by now what it did not.
  mutating func writeKept() {
    for token in unwritten {
      guard let entry = kept[token] else { continue }
      guard (try? folder.keep(entry.outcome, of: entry.attempt)) != nil else { return }
      unwritten.remove(token)
    }
  }

  /// The slot's process has ended; its job, if it had one, has failed.
  private mutating func bury(_ index: Int) {
    readErrors(of: index)
    let slot = slots.remove(at: index)
    let ending = slot.reap()
    guard let attempt = slot.current?.attempt else { return }
    let words = slot.lastWords.isEmpty ? "" : "; last words: \(slot.lastWords)"
    if let stopping = slot.stopping {
      conclude(attempt, .failed(stopping.cause, message: stopping.message + "; killed"))
    } else if let limit = limit(behind: ending) {
      conclude(attempt, .failed(.workerLost, message: FailureCause.hostWords + limit + words))
    } else {
      // A slot that cannot even begin says nothing of its job.
      let cause: FailureCause = ending.lacksThreads ? .workerLost : .jobFailed
      conclude(attempt, .failed(cause, message: "the job's process \(ending.words)\(words)"))
    }
  }

  mutating func readErrors(of index: Int) {
    guard let bytes = try? slots[index].errors.readSome(), !bytes.isEmpty else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    if let line = text.split(separator: "\n").first(where: { $0.contains("rror") }) {
      slots[index].lastWords = String(line.prefix(300))
    }
    if let attempt = slots[index].current?.attempt { log(attempt, text) }
  }

  private mutating func log(_ attempt: AttemptID, _ text: String) {
    if let coordinator, !coordinator.isCrowded { return tell(.log(attempt, text)) }
    let all = (unsentLogs[attempt.token] ?? "") + text
    unsentLogs[attempt.token] = String(all.suffix(Self.unsentLimit))
  }
}
