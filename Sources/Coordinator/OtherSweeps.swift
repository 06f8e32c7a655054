import Basics
import Foundation
import Scheduler
import Store
import SweepModel
import Transport
import Wire

// Jobs of other sweeps of the store. The scheduler knows this run's jobs only, but the workers
// belong to the store: they may hold what an earlier run, of another sweep, left with them.

/// An outcome for a job that the scheduler does not know.
struct OtherOutcome {
  let worker: String
  let attempt: AttemptID
  let outcome: Report.Outcome
}

extension Coordinator {
  /// Turns outcomes of other sweeps' attempts into facts, by what the ledger says of them, and
  /// acknowledges them when these are durable.
  func adoptOtherOutcomes() throws(StoreError) {
    let outcomes = otherOutcomes
    otherOutcomes = []
    for item in outcomes {
      let entry = try ledgerEntry(of: item.attempt.job)
      switch item.outcome {
      case .succeeded(let result, _) where defect(of: result, entry) != nil:
        let defect = defect(of: result, entry) ?? ""
        turn.adopt(
          failureOf: item.attempt, .workerLost,
          message: Self.disbelief(in: item.worker, defect, plan.signature), from: item.worker,
          by: entry)
      case .succeeded(let result, let provenance):
        turn.adopt(
          Completion(
            attempt: item.attempt, result: result, provenance: provenance.shown),
          from: item.worker, by: entry)
      case .failed(let cause, let message):
        turn.adopt(
          failureOf: item.attempt, cause.shown, message: printable(message), from: item.worker,
          by: entry)
      }
    }
  }

  /// What keeps a result from being one of its job, as far as this run's workload can tell.
  private func defect(of result: JobResult, _ entry: LedgerEntry?) -> String? {
    guard let job = entry?.job, job.workload == plan.signature.name else { return nil }
    return plan.signature.defect(of: result, ofJobWith: job.parameters)
  }

  /// Moves the jobs of other sweeps among some keys; those whose state does not ask for it stay.
  func moveOthers(
    _ keys: [JobKey], from states: Set<JobState>, to state: JobState, reason: String
  ) throws(StoreError) {
    for key in keys where scheduler.job(key) == nil {
      guard let entry = try ledgerEntry(of: key), states.contains(entry.state) else { continue }
      if let open = entry.open {
        turn.add([.ledger(.ended(open.attempt, .cancelled, message: reason))])
      }
      turn.add([.ledger(.moved(key, state, reason: reason))])
    }
  }

  /// True while the attempt holds the lease of its job, whichever sweep that belongs to.
  func holdsLease(_ attempt: AttemptID) -> Bool {
    if scheduler.job(attempt.job) != nil { return scheduler.holdsLease(attempt) }
    let entry = try? ledgerEntry(of: attempt.job)
    return entry?.open?.attempt == attempt
  }

  /// True for an attempt that the ledger knows of.
  func isRecorded(_ attempt: AttemptID) -> Bool {
    let entry = try? ledgerEntry(of: attempt.job)
    return attempt.number > 0 && attempt.number <= entry?.attempts ?? 0
  }

  /// What the ledger says of a job; nil for one that the store has never seen.
  func ledgerEntry(of key: JobKey) throws(StoreError) -> LedgerEntry? {
    do throws(StoreError) {
      return try store.ledger.ledger(forJobs: [key]).first
    } catch {
      if error.code == .unknownJob { return nil }
      throw error
    }
  }
}
