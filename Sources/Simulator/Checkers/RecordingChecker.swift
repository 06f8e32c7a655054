import SweepModel

/// Every job ends recorded exactly once, with its own result, or closed with a reason; and the
/// store tells at every start, and at the end, what was made durable.
struct RecordingChecker: Checker {
  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .committed(.accepted(let attempt), let completion):
      return accept(attempt, completion, ledger)
    case .committed(.moved(let key, _, let reason), _):
      let job = ledger.jobs[Scenario.index(of: key)]
      if job.state == .done { return "a recorded job is moved" }
      return reason.isEmpty ? "job \(key.short) is moved without a reason" : nil
    case .began(let entries, let range, let nextToken, _):
      if nextToken <= ledger.lastToken { return "token \(nextToken) is given out a second time" }
      return compare(entries, from: range.lowerBound, ledger)
    case .closed(let entries, let results): return close(entries, results, ledger)
    case .refused(let refusal): return "the store refuses: \(refusal.message)"
    default: return nil
    }
  }

  private func accept(
    _ attempt: AttemptID, _ completion: Completion?, _ ledger: Replica
  ) -> String? {
    let index = Scenario.index(of: attempt.job)
    if let other = ledger.jobs[index].accepted {
      return "\(attempt) is recorded although \(other) was"
    }
    guard let completion, completion.result == Scenario.result(of: index) else {
      return "\(attempt) is recorded with another result"
    }
    return nil
  }

  private func compare(_ entries: [LedgerEntry], from first: Int, _ ledger: Replica) -> String? {
    for (offset, entry) in entries.enumerated() {
      let job = ledger.jobs[first + offset]
      guard entry.state == job.state, entry.open?.attempt == job.open else {
        return "the store tells job \(first + offset) is \(entry.state); it was \(job.state)"
      }
    }
    return nil
  }

  private func close(
    _ entries: [LedgerEntry], _ results: [JobResult?], _ ledger: Replica
  ) -> String? {
    for (index, job) in ledger.jobs.enumerated() {
      switch job.state {
      case .done:
        guard results[index] == Scenario.result(of: index) else {
          return "the result of job \(index) is lost"
        }
      case .setAside, .cancelled: break
      case .waiting, .running: return "job \(index) is \(job.state) when all is over"
      }
    }
    return compare(entries, from: 0, ledger)
  }
}
