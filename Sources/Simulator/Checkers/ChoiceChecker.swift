import Scheduler
import SweepModel

/// No job gets a lease while it waits to be chosen, and a run does not end before every job has that
/// was chosen, unless it is asked to or has no hosts.
struct ChoiceChecker: Checker {
  private var jobs = 0..<0
  private var isDraining = false

  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String? {
    switch observation {
    case .began(_, let jobs, _, _):
      self.jobs = jobs
      isDraining = false
    case .asked(.drain), .asked(.stop): isDraining = true
    case .committed(.leased(let attempt, _), _)
    where ledger.jobs[Scenario.index(of: attempt.job)].isHeldBack:
      return "\(attempt) is leased before its job is chosen"
    case .ended(let ending, _, _): return judge(ending, ledger)
    default: break
    }
    return nil
  }

  private func judge(_ ending: Ending, _ ledger: Replica) -> String? {
    let states = jobs.map { ledger.jobs[$0].state }
    let isOver =
      switch ending {
      case .complete: states.allSatisfy { $0 == .done }
      case .someFailed: states.allSatisfy { $0 != .waiting && $0 != .running }
      case .interrupted: isDraining && !states.contains(.running)
      case .noHosts: !states.contains(.running)
      }
    return isOver ? nil : "the run ends as \(ending) although jobs are left"
  }
}
