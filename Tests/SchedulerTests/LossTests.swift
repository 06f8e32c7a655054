import SweepModel
import Testing

@testable import Scheduler

/// Who is blamed for a loss, and who rests.
@Suite struct LossTests {
  /// The worker dies with what it has and is back at once.
  private func die(_ worker: String, _ harness: inout Harness, cores: Int = 1) -> [Directive] {
    harness.handle(.left(worker: worker), after: 1)
    return harness.join(worker, cores: cores, holding: [])
  }

  @Test func jobThatGetsFurtherEveryTime_isNeverSetAside() {
    var harness = Harness(costs: [240])
    var attempt = harness.join("a").starts[0].attempt
    for _ in 0..<50 {
      harness.handle(.progressed(attempt), after: 25)
      attempt = die("a", &harness).starts[0].attempt
    }
    #expect(harness.handle(.succeeded(worker: "a", attempt)).ending == .complete)
  }

  @Test func hostThatLosesWhateverItGets_restsAndSetsNoJobAside() throws {
    var harness = Harness(costs: Array(repeating: 10, count: 40))
    harness.join("good")
    harness.join("bad")
    var pauses: [Double] = []
    var last: Double?
    while harness.scheduler.counts.done < 40 {
      for directive in die("bad", &harness) {
        guard case .start("bad", _, _) = directive else { continue }
        if let last { pauses.append(harness.now - last) }
        last = harness.now
      }
      harness.handle(.heard(worker: "good"))
      for running in harness.scheduler.running where running.worker == "good" {
        harness.handle(.succeeded(worker: "good", running.attempt))
      }
      try #require(harness.now < 10_000)
    }
    #expect(harness.scheduler.counts.failed == 0)
    #expect(pauses.count > 2 && (pauses.last ?? 0) > pauses[0], "\(pauses)")
    #expect(harness.scheduler.explain(worker: "bad", at: harness.now)?.contains("rests") == true)
    #expect(harness.scheduler.explain(worker: "good", at: harness.now) == nil)
  }

  /// Its loss may be told before the news that its host has left, and counts no more than after it.
  @Test func lossBeforeTheNewsOfItsHost_isWithdrawn() {
    var harness = Harness(costs: [1000])
    for _ in 0..<20 {
      harness.join("a")
      for _ in 0..<60 { harness.handle(.heard(worker: "a"), after: 10) }
      harness.handle(.left(worker: "a"), after: 1)
      harness.handle(.tick, after: 21)
      harness.handle(.removed(worker: "a"), after: 10)
    }
    #expect(harness.scheduler.counts.failed == 0)
  }

  /// A job that ends its worker ends the allocation, too.
  @Test(arguments: [true, false])
  func jobWhoseHostsOnlyEnd_isSetAsideAtLast(isToldFirst: Bool) {
    var harness = Harness(costs: [1000])
    var times = 0
    while harness.scheduler.counts.failed == 0, times < 100 {
      times += 1
      harness.join("a\(times)")
      harness.handle(.left(worker: "a\(times)"), after: 1)
      if !isToldFirst { harness.handle(.tick, after: 21) }
      harness.handle(.removed(worker: "a\(times)", as: .ended), after: 10)
      harness.handle(.tick, after: 21)
    }
    #expect((32...33).contains(times), "\(times)")
  }

  /// A pool always has a new machine that might show that the job is not to blame.
  @Test func jobWhoseHostsOnlyEnd_besideNewOnes_isSetAsideAtLast() {
    var harness = Harness(costs: [1000])
    var times = 0
    harness.join("a0")
    while harness.scheduler.counts.failed == 0, times < 100 {
      harness.handle(.left(worker: "a\(times)"), after: 1)
      harness.join("a\(times + 1)")
      harness.handle(.removed(worker: "a\(times)", as: .ended), after: 1)
      harness.handle(.tick, after: 40)
      times += 1
    }
    #expect((32...34).contains(times), "\(times)")
  }

  /// Two machines that had done well are enough after that, and others show nothing.
  @Test func jobWhoseHostsEnd_goesToTwoThatHaveDoneWell() {
    var harness = Harness(costs: [400, 500, 500, 600, 600])
    for worker in ["good", "better"] {
      let first = harness.join(worker).starts
      for _ in 0..<60 {
        for known in ["good", "better"] { harness.handle(.heard(worker: known), after: 5) }
      }
      let next = harness.handle(.succeeded(worker: worker, first[0].attempt), after: 1)
      #expect(next.startedIndices.count == 1)
    }
    for time in 0..<32 {
      #expect(harness.join("a\(time)").startedIndices == [0])
      harness.handle(.left(worker: "a\(time)"), after: 1)
      harness.handle(.removed(worker: "a\(time)", as: .ended), after: 1)
      for worker in ["good", "better", "good", "better", "good", "better"] {
        harness.handle(.heard(worker: worker), after: 4)
      }
    }
    #expect(harness.join("new").starts.isEmpty)
    for worker in ["good", "better"] {
      let held = harness.openAttempts.first { $0.value == worker }?.key
      guard let held else {
        Issue.record("\(worker) has nothing")
        return
      }
      let next = harness.handle(.succeeded(worker: worker, held), after: 1)
      #expect(next.startedIndices == [0])
      #expect(harness.scheduler.counts.failed == 0)
      harness.handle(.left(worker: worker), after: 1)
      harness.handle(.removed(worker: worker, as: .ended), after: 1)
      for other in ["better", "new", "better", "new", "better", "new"] where other != worker {
        harness.handle(.heard(worker: other), after: 4)
      }
      harness.handle(.tick, after: 12)
    }
    #expect(harness.scheduler.counts.failed == 1)
  }

  /// As walltimes end one allocation after the other; a host whose link breaks is to blame at last.
  @Test(arguments: [true, false])
  func jobWhoseHostsAreTakenAway_isNotBlamed(_ isTaken: Bool) {
    var harness = Harness(costs: [1000])
    for _ in 0..<40 {
      harness.join("a")
      for _ in 0..<60 { harness.handle(.heard(worker: "a"), after: 10) }
      harness.handle(isTaken ? .removed(worker: "a") : .left(worker: "a"), after: 1)
      harness.handle(.tick, after: 21)
    }
    #expect(harness.scheduler.counts.failed == (isTaken ? 0 : 1))
    guard isTaken else { return }
    #expect(harness.join("a").starts.count == 1, "it does not rest")
  }

  /// A coordinator starts anew under a cluster file without the host that an attempt ran on.
  @Test(arguments: [true, false])
  func jobWhoseHostIsNoLongerInTheRun_isNotBlamed(_ isGone: Bool) {
    let open = LedgerEntry.OpenAttempt(
      attempt: AttemptID(job: Harness.key(0), number: 9, token: 9), worker: "gone")
    let failures = Array(
      repeating: LedgerEntry.Failure(worker: "gone", cause: .workerLost), count: 7)
    var scheduler = Scheduler(
      entries: [
        LedgerEntry(
          job: Harness.job(0), state: .running, open: open, failures: failures, attempts: 9)
      ],
      demand: { _ in JobDemand(cpuSeconds: 1, needs: Amounts(memoryBytes: 1)) }, nextToken: 10,
      awaited: isGone ? [] : ["gone"], now: 0)
    _ = scheduler.handle(.left(worker: "gone"), at: 0)
    let facts = scheduler.handle(.tick, at: 21)
    let isExcused = facts.contains {
      if case .ledger(.withdrawn(open.attempt, _)) = $0 { true } else { false }
    }
    #expect(isExcused == isGone)
    #expect(scheduler.counts.failed == (isGone ? 0 : 1))
  }

  @Test func lostJob_goesElsewhereWhileAnotherHostIsFree() {
    var harness = Harness(costs: [5])
    let first = harness.join("a").starts[0]
    harness.join("b")
    #expect(first.worker == "a")
    #expect(die("a", &harness).starts.map(\.worker) == ["b"])
  }

  @Test func lostJob_stayWhereItIsWhenNoOtherHostIsFree() {
    var harness = Harness(costs: [5, 4])
    harness.join("a")
    harness.join("b")
    #expect(die("a", &harness).starts.map(\.worker) == ["a"])
  }

  /// The good host is busy with a long job: the other job waits for it and is not blamed.
  @Test func jobLostAgainAndAgainOnOneHost_waitsForTheOther() throws {
    var harness = Harness(costs: [100, 5])
    let long = harness.join("good").starts[0].attempt
    harness.join("bad")
    for _ in 0..<200 {
      _ = die("bad", &harness)
      harness.handle(.heard(worker: "good"), after: 10)
    }
    let job = Harness.key(1)
    #expect(harness.ledger[job] == .waiting)
    #expect(
      harness.scheduler.explain(job, at: harness.now)?.contains("has not lost it yet") == true)
    #expect(harness.scheduler.counts.failed == 0)
    let next = harness.handle(.succeeded(worker: "good", long)).starts
    try #require(next.map(\.worker) == ["good"])
    #expect(harness.handle(.succeeded(worker: "good", next[0].attempt)).ending == .complete)
  }

  @Test func killer_isBlamedThoughManyHostsAreLeft() throws {
    var harness = Harness(costs: [100] + Array(repeating: 1, count: 50))
    for host in 0..<40 { harness.join("h\(host)") }
    let killer = Harness.key(0)
    while harness.ledger[killer] != .setAside {
      for running in harness.scheduler.running {
        if running.attempt.job == killer {
          _ = die(running.worker, &harness)
        } else {
          harness.handle(.succeeded(worker: running.worker, running.attempt))
        }
      }
      try #require(harness.now < 30)
    }
    #expect(harness.scheduler.counts.done == 50)
  }

  @Test func hostThatEndsAttemptsUnasked_losesThem() {
    var harness = Harness(costs: [5, 5, 5, 5])
    harness.join("bad")
    for cause: FailureCause in [.cancelled, .timeout] {
      let attempt = harness.scheduler.running[0].attempt
      harness.handle(.failed(worker: "bad", attempt, cause, message: ""), after: 1)
    }
    #expect(harness.scheduler.running.isEmpty)
    #expect(harness.scheduler.explain(worker: "bad", at: harness.now)?.contains("rests") == true)
  }

  @Test func resultOfAnotherHostsAttempt_isNotBelieved() {
    var harness = Harness(costs: [5])
    let attempt = harness.join("good").starts[0].attempt
    harness.join("liar", holding: [attempt])
    #expect(harness.handle(.succeeded(worker: "liar", attempt)).isEmpty)
    #expect(harness.handle(.failed(worker: "liar", attempt, .jobFailed, message: "")).isEmpty)
    #expect(harness.ledger[attempt.job] == .running)
    #expect(harness.handle(.succeeded(worker: "good", attempt)).ending == .complete)
  }

  /// One of four jobs ends its worker after a second; the others need ten.
  @Test func jobThatEndsItsWorkers_isFoundAndTheOthersAreDone() throws {
    var harness = Harness(costs: [10, 9, 8, 7])
    let killer = Harness.key(2)
    harness.join("a", cores: 4)
    var since: [AttemptID: Double] = [:]
    while harness.scheduler.counts.running + harness.scheduler.counts.waiting > 0 {
      let running = harness.scheduler.running
      for entry in running where since[entry.attempt] == nil { since[entry.attempt] = harness.now }
      if let entry = running.first(where: { $0.attempt.job == killer }),
        harness.now - (since[entry.attempt] ?? 0) >= 1
      {
        _ = die("a", &harness, cores: 4)
      } else if let entry = running.first(where: { harness.now - (since[$0.attempt] ?? 0) >= 10 }) {
        harness.handle(.succeeded(worker: "a", entry.attempt))
      } else {
        harness.handle(.heard(worker: "a"), after: 1)
      }
      try #require(harness.now < 100_000)
    }
    #expect(harness.ledger[killer] == .setAside)
    #expect(harness.scheduler.counts.done == 3 && harness.scheduler.counts.failed == 1)
  }

  private static let kill =
    "the job's process was killed by signal 9 (Killed; perhaps out of memory)"

  @Test func jobKilledBesideOthers_isTriedAgainAloneAndOnlyThenCounts() throws {
    var harness = Harness(costs: [5, 5], retries: RetryPolicy(maximum: 0, backoffSeconds: 0))
    let starts = harness.join("a", cores: 2).starts
    try #require(starts.count == 2)
    let (victim, other) = (starts[0].attempt, starts[1].attempt)
    let next = harness.handle(.failed(worker: "a", victim, .jobFailed, message: Self.kill))
    #expect(next.starts.isEmpty, "not beside the other")
    #expect(harness.ledger[victim.job] == .waiting)
    let again = harness.handle(.succeeded(worker: "a", other)).starts.map(\.attempt)
    try #require(again.map(\.job) == [victim.job])
    harness.handle(.failed(worker: "a", again[0], .jobFailed, message: Self.kill))
    #expect(harness.ledger[victim.job] == .setAside)
  }

  private static let shortage =
    FailureCause.hostWords + FailureCause.memoryWords + "it reached the cgroup's memory limit"

  /// Whatever the retries of its own failures: it was the host's memory.
  @Test func jobsThatMemorySufficesForOnlyOneByOne_areAllDone() throws {
    var harness = Harness(costs: [5, 5, 5], retries: RetryPolicy(maximum: 0, backoffSeconds: 0))
    harness.join("a", cores: 3)
    while harness.scheduler.counts.done < 3 {
      let running = harness.scheduler.running
      let attempt = try #require(running.first?.attempt)
      harness.handle(
        running.count > 1
          ? .failed(worker: "a", attempt, .workerLost, message: Self.shortage)
          : .succeeded(worker: "a", attempt), after: 1)
      try #require(harness.now < 100)
    }
    #expect(harness.scheduler.counts.failed == 0)
    #expect(harness.scheduler.explain(worker: "a", at: harness.now) == nil, "it does not rest")
  }

  @Test func jobThatIsTooLargeAlone_isTriedElsewhereAndSetAsideInTheEnd() throws {
    var harness = Harness(costs: [5, 4], retries: RetryPolicy(maximum: 0, backoffSeconds: 0))
    let first = harness.join("a").starts[0].attempt
    harness.join("b")
    let other = try #require(harness.scheduler.running.last?.attempt)
    harness.handle(.succeeded(worker: "b", other))
    var attempt = first
    var hosts = ["a"]
    while harness.ledger[first.job] != .setAside {
      let start = harness.handle(
        .failed(worker: hosts[hosts.count - 1], attempt, .workerLost, message: Self.shortage)
      ).starts.first
      guard let start else { break }
      attempt = start.attempt
      hosts.append(start.worker)
      try #require(hosts.count < 20)
    }
    #expect(harness.ledger[first.job] == .setAside)
    #expect(hosts == ["a", "b", "a", "b"])
  }

  @Test func jobThatOnlySaysItWasKilled_failsAtOnce() {
    var harness = Harness(costs: [5, 5], retries: RetryPolicy(maximum: 0, backoffSeconds: 0))
    let starts = harness.join("a", cores: 2).starts
    let message = "the job's process ended with status 1; it said: " + Self.kill
    harness.handle(.failed(worker: "a", starts[0].attempt, .jobFailed, message: message))
    #expect(harness.ledger[starts[0].attempt.job] == .setAside)
  }

  @Test func workerThatWasOnlySilent_doesNotRest() {
    var harness = Harness(costs: [5, 5, 5])
    let attempt = harness.join("a").starts[0].attempt
    for _ in 0..<3 {
      harness.handle(.left(worker: "a"), after: 5)
      harness.handle(.tick, after: 25)
      harness.join("a", holding: [attempt])
    }
    #expect(harness.scheduler.explain(worker: "a", at: harness.now) == nil)
  }
}
