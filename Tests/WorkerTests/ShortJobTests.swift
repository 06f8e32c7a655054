import SweepModel
import Testing
import Wire

@testable import Worker

/// Jobs that are over in a moment: they wait on the worker behind each other, and their outcomes go to the
/// disk only when nobody acknowledges them soon.
@Suite struct ShortJobTests {
  private var core = WorkerCore(instance: "w", kept: [], at: 0)

  init() {
    _ = core.handle(.linked(1), at: 0)
    let settings = Order.Settings(heartbeatSeconds: 2, graceSeconds: 60)
    _ = core.handle(.ordered(1, .hello(settings)), at: 0)
  }

  private static func attempt(_ token: Int) -> AttemptID {
    guard let key = JobKey(hex: String(repeating: "\(token)", count: 64)) else {
      preconditionFailure("\(token) is no digit")
    }
    return AttemptID(job: key, number: 1, token: token)
  }

  /// The attempts that begin.
  private mutating func start(
    _ token: Int, threads: Int = 1, of most: Int? = 2, timeout: Double? = nil, at now: Double
  ) -> [Int] {
    let assignment = Order.Assignment(
      attempt: Self.attempt(token), workload: "w", resultVersion: 1, parameters: Parameters([]),
      threads: threads, hostThreads: most, timeoutSeconds: timeout, checkpointSeconds: 30,
      checkpoint: nil)
    return Self.begun(core.handle(.ordered(1, .start(assignment)), at: now))
  }

  private static func begun(_ effects: [WorkerEffect]) -> [Int] {
    effects.compactMap { effect in
      if case .begin(let assignment) = effect { assignment.attempt.token } else { nil }
    }
  }

  private static let failed = Report.Outcome.failed(.jobFailed, message: "no")

  private mutating func end(_ token: Int, at now: Double) -> [WorkerEffect] {
    core.handle(
      .reported(.outcome(Self.attempt(token), Self.failed), isCrowded: false), at: now)
  }

  private static func written(_ effects: [WorkerEffect]) -> [Int] {
    effects.compactMap { effect in
      if case .write(let attempt, _) = effect { attempt.token } else { nil }
    }
  }

  @Test mutating func jobs_sentAhead_beginInTheirOrderAsThreadsAreFree() {
    #expect(start(1, at: 0) == [1])
    #expect(start(2, at: 0) == [2])
    #expect(start(3, threads: 2, at: 0) == [])
    #expect(start(4, at: 0) == [], "it does not overtake the one before")
    #expect(core.jobs == 2)
    #expect(core.held.count == 4, "all are held")
    #expect(Self.begun(end(1, at: 0.1)) == [])
    #expect(
      Self.begun(core.handle(.died(Self.attempt(2), .jobFailed, message: ""), at: 0.1)) == [3])
    #expect(Self.begun(end(3, at: 0.2)) == [4])
  }

  @Test mutating func job_thatWantsMoreThanThereIs_beginsAlone() {
    #expect(start(1, at: 0) == [1])
    #expect(start(2, threads: 9, at: 0) == [])
    #expect(Self.begun(end(1, at: 0.1)) == [2])
  }

  @Test mutating func jobs_ofACoordinatorThatSetsNoBound_beginAtOnce() {
    #expect((1...4).flatMap { start($0, of: nil, at: 0) } == [1, 2, 3, 4])
  }

  @Test mutating func job_thatWaits_isStoppedAtOnceAndHasItsWholeTimeLater() {
    _ = start(1, at: 0)
    _ = start(2, at: 0)
    _ = start(3, threads: 2, at: 0)
    _ = start(4, timeout: 5, at: 0)
    let stopped = core.handle(.ordered(1, .stop(Self.attempt(3))), at: 1)
    guard case .send(1, .outcome(Self.attempt(3), .failed(.cancelled, _))) = stopped.first else {
      return #expect(stopped.isEmpty, "not stopped")
    }
    #expect(Self.begun(end(1, at: 10)) == [4])
    #expect(core.handle(.turn(isFlushed: true), at: 14) != [.stop(Self.attempt(4))])
    #expect(core.handle(.turn(isFlushed: true), at: 15).contains(.stop(Self.attempt(4))))
  }

  @Test mutating func outcome_ofAMoment_isToldFirstAndWrittenUnlessAcknowledged() {
    _ = start(1, at: 5)
    #expect(end(1, at: 5.5) == [.send(1, .outcome(Self.attempt(1), Self.failed))])
    _ = start(2, at: 5)
    #expect(end(2, at: 5.5).count == 1)
    _ = core.handle(.ordered(1, .acknowledge(Self.attempt(1))), at: 5.6)
    #expect(core.nextWake <= 5.75)
    #expect(Self.written(core.handle(.turn(isFlushed: true), at: 5.7)) == [])
    #expect(Self.written(core.handle(.turn(isFlushed: true), at: 5.75)) == [2])
    #expect(core.handle(.written(Self.attempt(2), trouble: nil), at: 6) == [], "told once")
  }

  @Test mutating func outcomes_ofMoments_areWrittenWhenTheLinkIsLost() {
    _ = start(1, at: 5)
    _ = end(1, at: 5.5)
    #expect(Self.written(core.handle(.unlinked(1), at: 5.6)) == [1])
    // Nobody is told before the disk has answered.
    #expect(core.handle(.linked(2), at: 5.7) == [.greet(2, held: [Self.attempt(1)])])
    _ = start(2, at: 6)
    #expect(core.handle(.written(Self.attempt(1), trouble: nil), at: 6).count == 1)
  }

  @Test mutating func outcome_ofAMoment_isWrittenBeforeTheWorkerEnds() {
    _ = start(1, at: 5)
    _ = end(1, at: 5.5)
    let asked = core.handle(.askedToEnd, at: 5.6)
    #expect(asked.contains(.close(1)))
    #expect(Self.written(core.handle(.unlinked(1), at: 5.6)) == [1])
    let waiting = core.handle(.turn(isFlushed: true), at: 5.6)
    #expect(!waiting.contains { if case .end = $0 { true } else { false } })
    _ = core.handle(.written(Self.attempt(1), trouble: nil), at: 5.7)
    let over = core.handle(.turn(isFlushed: true), at: 5.7)
    #expect(over.contains { if case .end = $0 { true } else { false } })
  }
}
