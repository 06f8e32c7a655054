import SweepModel
import Testing
import Wire

@testable import Worker

/// The worker as a value: what it says and does about links, orders, slots, disk and time.
@Suite struct WorkerCoreTests {
  private var core = WorkerCore(instance: "w", kept: [], at: 0)
  private static let run = RunIdentity(store: "s", host: "h", process: 1)

  private static func attempt(_ token: Int, job: Character = "a") -> AttemptID {
    guard let key = JobKey(hex: String(repeating: job, count: 64)) else {
      preconditionFailure("\(job) is no digit")
    }
    return AttemptID(job: key, number: token, token: token)
  }

  private static func start(
    _ attempt: AttemptID, held: [Allocation.Held] = [], timeout: Double? = nil
  ) -> Order {
    .start(
      Order.Assignment(
        attempt: attempt, workload: "w", resultVersion: 1, parameters: Parameters([]), threads: 1,
        held: held, timeoutSeconds: timeout, checkpointSeconds: 30, checkpoint: nil))
  }

  private static let failed = Report.Outcome.failed(.jobFailed, message: "no")

  private mutating func turn(at now: Double) -> [WorkerEffect] {
    core.handle(.turn(isFlushed: true), at: now)
  }

  /// A coordinator is attached by link 1 and has greeted.
  private mutating func attach(heartbeat: Double = 2, grace: Double = 60) {
    _ = core.handle(.linked(1), at: 0)
    let settings = Order.Settings(heartbeatSeconds: heartbeat, graceSeconds: grace)
    _ = core.handle(.ordered(1, .hello(settings)), at: 0)
    _ = core.handle(.ordered(1, .run(Self.run)), at: 0)
  }

  /// An attempt has ended; its outcome is on the disk.
  private mutating func finish(_ attempt: AttemptID, at now: Double) {
    _ = core.handle(.ordered(1, Self.start(attempt)), at: now)
    _ = core.handle(.reported(.outcome(attempt, Self.failed), isCrowded: false), at: now)
    _ = core.handle(.written(attempt, trouble: nil), at: now)
  }

  /// Whatever a coordinator believes.
  @Test mutating func start_withWhatAnotherOneHas_isRefused() {
    attach()
    let (first, second) = (Self.attempt(1), Self.attempt(2, job: "b"))
    _ = core.handle(.ordered(1, Self.start(first, held: [.init("gpu", 0)])), at: 1)
    #expect(core.resources == [first: [.init("gpu", 0)]])
    let refusal = core.handle(.ordered(1, Self.start(second, held: [.init("gpu", 0)])), at: 1)
    guard case .send(1, .outcome(second, .failed(.workerLost, let message))) = refusal.first else {
      return #expect(refusal.isEmpty, "not refused")
    }
    #expect(message.contains("still has"))
    #expect(core.handle(.ordered(1, Self.start(second, held: [.init("gpu", 1)])), at: 2).count == 1)
  }

  /// Shares of one, whatever a coordinator believes, are never more than one.
  @Test mutating func start_withAShare_isRefusedWhereItIsNotLeft() {
    attach()
    var token = 0
    for (index, share, isTaken) in [
      (0, 600, true), (0, 1000, false), (0, 300, true), (0, 101, false), (0, 100, true),
      (1, 1000, true), (1, 1, false),
    ] {
      token += 1
      let held = [Allocation.Held("gpu", index, share: Amount(thousandths: share))]
      let effects = core.handle(
        .ordered(1, Self.start(Self.attempt(token), held: held)), at: Double(token))
      let isBegun = effects.contains { if case .begin = $0 { true } else { false } }
      #expect(isBegun == isTaken, "\(share) of \(index)")
    }
  }

  @Test mutating func outcome_isToldOnlyWhenTheDiskHasAnswered() {
    attach()
    let attempt = Self.attempt(1)
    #expect(core.handle(.ordered(1, Self.start(attempt)), at: 1).count == 1)
    let told = core.handle(.reported(.outcome(attempt, Self.failed), isCrowded: false), at: 2)
    #expect(told == [.write(attempt, Self.failed)])
    // A coordinator that comes meanwhile hears that it is held, and no more.
    _ = core.handle(.unlinked(1), at: 2)
    #expect(core.handle(.linked(2), at: 2) == [.greet(2, held: [attempt])])
    #expect(
      core.handle(.written(attempt, trouble: nil), at: 3)
        == [.send(2, .outcome(attempt, Self.failed))])
  }

  @Test mutating func outcome_thatTheDiskRefuses_isToldAndWrittenAgain() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt)), at: 0)
    _ = core.handle(.reported(.outcome(attempt, Self.failed), isCrowded: false), at: 1)
    let told = core.handle(.written(attempt, trouble: "no space"), at: 1)
    #expect(told.last == .send(1, .outcome(attempt, Self.failed)))
    #expect(turn(at: 1.5) == [])
    #expect(turn(at: 2).contains(.write(attempt, Self.failed)))
    #expect(core.handle(.written(attempt, trouble: nil), at: 2) == [], "it is told once")
    #expect(!turn(at: 4).contains(.write(attempt, Self.failed)))
  }

  @Test mutating func outcome_isToldAgain_untilItIsAcknowledged() {
    attach()
    let attempt = Self.attempt(1)
    finish(attempt, at: 1)
    _ = core.handle(.unlinked(1), at: 2)
    #expect(
      core.handle(.linked(2), at: 3)
        == [.greet(2, held: [attempt]), .send(2, .outcome(attempt, Self.failed))])
    #expect(
      core.handle(.ordered(2, .acknowledge(attempt)), at: 4)
        == [.forget(attempt, withCheckpoint: true)])
    #expect(core.held == [])
  }

  @Test mutating func acknowledgement_ofAnAttemptWithAnothersToken_forgetsNothing() {
    attach()
    finish(Self.attempt(1), at: 1)
    let other = Self.attempt(1, job: "b")
    #expect(core.handle(.ordered(1, .acknowledge(other)), at: 2) == [])
    #expect(core.held == [Self.attempt(1)])
  }

  @Test mutating func checkpoint_ofAJobThatRunsAgain_staysWhenItsOldAttemptIsForgotten() {
    attach()
    finish(Self.attempt(1), at: 1)
    _ = core.handle(.ordered(1, Self.start(Self.attempt(2))), at: 2)
    #expect(
      core.handle(.ordered(1, .acknowledge(Self.attempt(1))), at: 3)
        == [.forget(Self.attempt(1), withCheckpoint: false)])
  }

  @Test mutating func stop_ofWhatItDoesNotHold_isAnswered_evenIfTheTokenIsKnown() {
    attach()
    finish(Self.attempt(1), at: 1)
    #expect(core.handle(.ordered(1, .stop(Self.attempt(1))), at: 2) == [], "its outcome was told")
    let other = Self.attempt(1, job: "b")
    let answer = Report.Outcome.failed(.cancelled, message: "the worker does not hold it")
    #expect(
      core.handle(.ordered(1, .stop(other)), at: 2) == [.send(1, .outcome(other, answer))])
  }

  @Test mutating func stop_explainsTheEnd_andKillsAfterTenSeconds() {
    attach()
    let (first, second) = (Self.attempt(1), Self.attempt(2, job: "b"))
    for attempt in [first, second] { _ = core.handle(.ordered(1, Self.start(attempt)), at: 0) }
    for attempt in [first, second] {
      #expect(core.handle(.ordered(1, .stop(attempt)), at: 1) == [.stop(attempt)])
    }
    #expect(core.handle(.ordered(1, .stop(first)), at: 2) == [], "once is enough")
    let stopped = Report.outcome(first, .failed(.cancelled, message: "stopped"))
    #expect(
      core.handle(.reported(stopped, isCrowded: false), at: 3)
        == [.write(first, .failed(.cancelled, message: "stopped on request"))])
    #expect(!turn(at: 10.9).contains(.kill(second)))
    #expect(turn(at: 11).contains(.kill(second)))
    #expect(!turn(at: 13).contains(.kill(second)), "a process dies once")
    #expect(
      core.handle(.died(second, .jobFailed, message: "was killed by signal 9"), at: 13)
        == [.write(second, .failed(.cancelled, message: "stopped on request; killed"))])
  }

  @Test mutating func attempt_beyondItsLimit_isStoppedForThat() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt, timeout: 5)), at: 1)
    #expect(!turn(at: 5.9).contains(.stop(attempt)))
    #expect(core.nextWake <= 6)
    #expect(turn(at: 6).contains(.stop(attempt)))
    #expect(
      core.handle(.died(attempt, .jobFailed, message: "ended"), at: 7)
        == [
          .write(attempt, .failed(.timeout, message: "ran longer than its limit of 5.0 s; killed"))
        ])
  }

  /// What jobs of a kind share takes none of a job's time, however long it takes.
  @Test mutating func limit_beginsOnceTheSetUpIsOver() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt, timeout: 5)), at: 1)
    _ = core.handle(.reported(.setUp(attempt, isOver: false), isCrowded: false), at: 2)
    #expect(!turn(at: 100).contains(.stop(attempt)))
    _ = core.handle(.reported(.setUp(attempt, isOver: true), isCrowded: false), at: 101)
    #expect(!turn(at: 105.9).contains(.stop(attempt)))
    #expect(turn(at: 106).contains(.stop(attempt)))
  }

  @Test mutating func start_ofWhatItHolds_isPassedOver() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt)), at: 1)
    #expect(core.handle(.ordered(1, Self.start(attempt)), at: 1) == [])
    _ = core.handle(.reported(.outcome(attempt, Self.failed), isCrowded: false), at: 2)
    #expect(core.handle(.ordered(1, Self.start(attempt)), at: 3) == [])
  }

  @Test mutating func checkpointInPieces_isPassedOnWholeOrNotAtAll() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt)), at: 1)
    let parts = Array(Report.reports(of: [1, 2, 3], attempt, partSize: 1))
    for part in parts {
      #expect(core.handle(.reported(part, isCrowded: true), at: 2) == [.send(1, part)])
    }
    _ = core.handle(.reported(parts[0], isCrowded: false), at: 2)
    _ = core.handle(.unlinked(1), at: 3)
    _ = core.handle(.linked(2), at: 3)
    for part in parts[1...] {
      #expect(core.handle(.reported(part, isCrowded: false), at: 4) == [])
    }
  }

  @Test mutating func logs_thatNobodyCouldTake_areToldToTheNext() {
    attach()
    let attempt = Self.attempt(1)
    _ = core.handle(.ordered(1, Self.start(attempt)), at: 1)
    #expect(core.handle(.reported(.log(attempt, "a\n"), isCrowded: true), at: 1) == [])
    _ = core.handle(.unlinked(1), at: 2)
    #expect(core.handle(.reported(.log(attempt, "b\n"), isCrowded: false), at: 2) == [])
    #expect(
      core.handle(.linked(2), at: 3)
        == [.greet(2, held: [attempt]), .send(2, .log(attempt, "a\nb\n"))])
    #expect(
      core.handle(
        .reported(
          .progress(
            attempt,
            .init(
              step: 1, total: 2, metric: "loss", value: 0)), isCrowded: true), at: 3) == [])
  }
}
