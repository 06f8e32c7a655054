import SweepModel

/// Only the attempt that holds the durable lease is started or accepted, a job has one lease at a
/// time, and tokens grow.
struct LeaseChecker: Checker {
  func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .committed(.leased(let attempt, _), _):
      let job = ledger.jobs[Scenario.index(of: attempt.job)]
      if attempt.token <= ledger.lastToken {
        return "token \(attempt.token) of \(attempt) follows \(ledger.lastToken)"
      }
      return job.state == .waiting ? nil : "\(attempt) is leased while its job is \(job.state)"
    case .committed(.accepted(let attempt), _), .committed(.ended(let attempt, _, _), _):
      return holds(attempt, ledger) ? nil : "\(attempt) ends but held no lease"
    case .started(let attempt, let worker, _, _):
      guard holds(attempt, ledger) else { return "\(attempt) is started without a durable lease" }
      let holder = ledger.jobs[Scenario.index(of: attempt.job)].holder
      return worker == holder ? nil : "\(attempt) of \(holder) is started on \(worker)"
    default: return nil
    }
  }

  private func holds(_ attempt: AttemptID, _ ledger: Replica) -> Bool {
    ledger.jobs[Scenario.index(of: attempt.job)].open == attempt
  }
}

/// A worker is told to forget an outcome only when the ledger has it: a result as accepted or late,
/// the end of an attempt as its end.
struct AcknowledgementChecker: Checker {
  /// What was told last. A worker whose disk was lost tells of a result that it had told
  /// before that it holds nothing.
  private var succeeded: [AttemptID: Bool] = [:]

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .told(let attempt, let success):
      succeeded[attempt] = success
    case .acknowledged(let attempt):
      if ledger.jobs[Scenario.index(of: attempt.job)].open == attempt {
        return "\(attempt) is acknowledged while it is open in the ledger"
      }
      if succeeded[attempt] == true, ledger.fate(attempt.token) == .unknown {
        return "the result of \(attempt) is acknowledged and recorded nowhere"
      }
    default: break
    }
    return nil
  }
}
