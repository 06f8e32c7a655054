import SweepModel
import Testing
import Wire

@testable import Worker

/// A worker on a machine that is lent for a time: it leaves before that is over.
@Suite struct LeavingTests {
  private var core = WorkerCore(instance: "w", kept: [], secondsLeft: 1600, at: 0)

  private static func attempt(_ token: Int) -> AttemptID {
    guard let key = JobKey(hex: String(repeating: "a", count: 63) + "\(token)") else {
      preconditionFailure("no key")
    }
    return AttemptID(job: key, number: 1, token: token)
  }

  private static func start(_ token: Int) -> Order {
    .start(
      Order.Assignment(
        attempt: attempt(token), workload: "w", resultVersion: 1, parameters: Parameters([]),
        threads: 1, timeoutSeconds: nil, checkpointSeconds: 30, checkpoint: nil))
  }

  private static let evicted = Report.Outcome.failed(.evicted, message: WorkerCore.leaving)

  private mutating func turn(at now: Double) -> [WorkerEffect] {
    core.handle(.turn(isFlushed: true), at: now)
  }

  private mutating func attach(at now: Double = 0) {
    _ = core.handle(.linked(1), at: now)
    let settings = Order.Settings(heartbeatSeconds: 2000, graceSeconds: 60)
    _ = core.handle(.ordered(1, .hello(settings)), at: now)
    _ = core.handle(
      .ordered(1, .run(RunIdentity(store: "s", host: "h", process: 1))), at: now)
  }

  private static func ends(_ effects: [WorkerEffect]) -> Bool {
    effects.contains { if case .end = $0 { true } else { false } }
  }

  @Test mutating func jobs_areStoppedInTime_andToldOnTheLink() {
    attach()
    #expect(core.secondsLeft(at: 40) == 1500, "the last minute is for leaving")
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    #expect(!turn(at: 1539).contains(.stop(Self.attempt(1))))
    #expect(core.nextWake <= 1540)
    #expect(turn(at: 1540).contains(.stop(Self.attempt(1))))
    let told = Report.Outcome.failed(.cancelled, message: "stopped")
    let kept = core.handle(.reported(.outcome(Self.attempt(1), told), isCrowded: false), at: 1541)
    #expect(kept == [.write(Self.attempt(1), Self.evicted)])
    let sent = core.handle(.written(Self.attempt(1), trouble: nil), at: 1541)
    #expect(sent == [.send(1, .outcome(Self.attempt(1), Self.evicted))])
    #expect(!Self.ends(turn(at: 1542)), "nobody has acknowledged it")
    _ = core.handle(.ordered(1, .acknowledge(Self.attempt(1))), at: 1543)
    #expect(Self.ends(turn(at: 1543)))
  }

  /// Slurm sends SIGTERM to every process of an allocation: a job that it ends so has not failed.
  @Test mutating func job_thatFailsWhileItLeaves_isSaidToHaveHadToLeave() {
    attach()
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    _ = core.handle(.leaves, at: 5)
    let told = Report.Outcome.failed(.jobFailed, message: "was killed by signal 15 (Terminated)")
    let kept = core.handle(.reported(.outcome(Self.attempt(1), told), isCrowded: false), at: 6)
    #expect(kept == [.write(Self.attempt(1), Self.evicted)])
  }

  @Test mutating func nothing_beginsOnceItLeaves() {
    attach()
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    _ = core.handle(.leaves, at: 100)
    #expect(core.secondsLeft(at: 100) == 0)
    #expect(
      core.handle(.ordered(1, Self.start(2)), at: 100)
        == [.send(1, .outcome(Self.attempt(2), Self.evicted))])
  }

  @Test mutating func worker_thatNobodyAcknowledges_leavesNonetheless() {
    attach()
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    _ = core.handle(.leaves, at: 100)
    _ = core.handle(.reported(.outcome(Self.attempt(1), Self.evicted), isCrowded: false), at: 101)
    _ = core.handle(.written(Self.attempt(1), trouble: nil), at: 101)
    #expect(!Self.ends(turn(at: 159)))
    #expect(Self.ends(turn(at: 160)))
  }

  @Test mutating func worker_thatHasNothingToDo_givesItsMachineBack() {
    attach(at: 100)
    _ = core.handle(.ordered(1, Self.start(1)), at: 200)
    #expect(!Self.ends(turn(at: 700)))
    _ = core.handle(
      .reported(.outcome(Self.attempt(1), Self.evicted), isCrowded: false), at: 800)
    _ = core.handle(.written(Self.attempt(1), trouble: nil), at: 800)
    _ = core.handle(.ordered(1, .acknowledge(Self.attempt(1))), at: 800)
    #expect(!Self.ends(turn(at: 1099)))
    #expect(core.nextWake <= 1100)
    #expect(Self.ends(turn(at: 1100)))
  }

  /// One whose coordinator is away is given the time that this has asked for.
  @Test mutating func worker_thatNobodyServes_isNotIdle() {
    attach(at: 0)
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    _ = core.handle(.unlinked(1), at: 2)
    #expect(core.idlesUntil == .infinity)
  }

  /// Whose job does not end in time is not looked at again and again until it does.
  @Test mutating func worker_thatShouldHaveLeft_sleepsUntilItsJobIsKilled() {
    attach()
    _ = core.handle(.ordered(1, Self.start(1)), at: 1)
    _ = core.handle(.leaves, at: 1590)
    _ = turn(at: 1599.5)
    #expect(core.nextWake == 1600, "the job is killed then")
  }

  @Test mutating func worker_thatNobodyServes_leavesAtOnce() {
    #expect(Self.ends(core.handle(.leaves, at: 100)) || Self.ends(turn(at: 100)))
  }
}
