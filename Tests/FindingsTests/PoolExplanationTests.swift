import SweepModel
import Testing

@testable import Findings

/// Why jobs wait that wait for what a batch system lends.
@Suite struct PoolExplanationTests {
  private func sentence(_ pools: [RunStatus.Pool], _ workers: [RunStatus.Worker] = []) throws
    -> String
  {
    let key = try #require(JobKey(hex: String(repeating: "a", count: 64)))
    let job = Job(key: key, workload: "w", parameters: Parameters([]))
    var live = RunStatus(of: "s", startedAt: 0, writtenAt: 0)
    live.pools = pools
    live.workers = workers
    live.waiting = 1
    return Explanation(
      JobRecord(index: 0, job: job, state: .waiting), live: live, isInRun: true, sweep: "s"
    ).sentence
  }

  private func pool(_ change: (inout RunStatus.Pool) -> Void) -> RunStatus.Pool {
    var pool = RunStatus.Pool("gpu", system: "Slurm")
    change(&pool)
    return pool
  }

  @Test func reasons_areSaidInWords() throws {
    let waiting = pool {
      $0.waiting = 12
      $0.calls = 4
      $0.reasons = [
        .init("Priority", means: nil, count: 10),
        .init("QOSMaxJobs", means: "a limit is reached: they come as others end", count: 1),
      ]
    }
    #expect(
      try sentence([waiting])
        == "no host is connected: gpu: 12 allocations wait as Slurm says: 10 for Priority, which is their "
        + "turn; 1 for QOSMaxJobs, a limit is reached: they come as others end; 1 for other reasons"
    )
    #expect(
      waiting.line == "gpu: 0 running, 12 waiting (Priority, QOSMaxJobs), 4 calls of Slurm")
  }

  @Test func refusal_comesWithTheTimeOfTheNextTry_andAnEndWithItsReason() throws {
    let refused = pool {
      $0.refusal = "Slurm says: no; write another"
      $0.asksAt = 0
    }
    #expect(
      try sentence([refused]).hasPrefix(
        "no host is connected: gpu: Slurm says: no; write another; it asks again at "))
    let settled = pool { $0.settled = "Slurm says: never; ask for less" }
    #expect(
      try sentence([settled])
        == "no host is connected: gpu: no more are asked for: Slurm says: never; ask for less")
    #expect(try sentence([pool { _ in }]).hasSuffix("gpu: nothing has been asked for yet"))
  }

  @Test func whereHostsAreBusy_poolsAreToldBesides() throws {
    let busy = RunStatus.Worker(
      name: "a", state: .busy, has: Amounts(threads: 2), inUse: Amounts(threads: 2), heardAt: nil,
      message: "")
    let waiting = pool { $0.waiting = 1 }
    #expect(
      try sentence([waiting], [busy])
        == "2 of 2 cores are busy; 1 job waits; gpu: 1 allocation waits, Slurm has not said why")
    let there = pool { $0.running = 1 }
    #expect(try sentence([there], [busy]) == "2 of 2 cores are busy; 1 job waits")
  }
}
