import SweepModel
import Testing
import Wire

@testable import Worker

/// When a worker ends, and whom it serves.
@Suite struct WorkerEndTests {
  private var core = WorkerCore(instance: "w", kept: [], at: 0)
  private static let run = RunIdentity(store: "s", host: "h", process: 1)
  private static let settings = Order.Settings(heartbeatSeconds: 2, graceSeconds: 60)

  private static let attempt = {
    guard let key = JobKey(hex: String(repeating: "a", count: 64)) else {
      preconditionFailure("no key")
    }
    return AttemptID(job: key, number: 1, token: 1)
  }()

  private static let start = Order.start(
    Order.Assignment(
      attempt: attempt, workload: "w", resultVersion: 1, parameters: Parameters([]), threads: 1,
      timeoutSeconds: nil, checkpointSeconds: 30, checkpoint: nil))

  private static let failed = Report.Outcome.failed(.jobFailed, message: "no")

  private mutating func turn(at now: Double) -> [WorkerEffect] {
    core.handle(.turn(isFlushed: true), at: now)
  }

  private mutating func attach(_ link: Int = 1, at now: Double = 0) {
    _ = core.handle(.linked(link), at: now)
    _ = core.handle(.ordered(link, .hello(Self.settings)), at: now)
    _ = core.handle(.ordered(link, .run(Self.run)), at: now)
  }

  private static func ends(_ effects: [WorkerEffect]) -> Bool {
    effects.contains { if case .end = $0 { true } else { false } }
  }

  @Test mutating func worker_withoutCoordinatorAndWork_endsAfterItsGrace() {
    #expect(core.nextWake == 15, "nobody has said how long to wait")
    attach()
    _ = core.handle(.unlinked(1), at: 10)
    #expect(core.nextWake == 70)
    #expect(!Self.ends(turn(at: 69)))
    #expect(Self.ends(turn(at: 70)))
    #expect(core.handle(.linked(2), at: 70) == [], "it has ended")
  }

  @Test mutating func worker_withWork_staysHoweverLong_evenWithoutGrace() {
    attach()
    let settings = Order.Settings(heartbeatSeconds: 2, graceSeconds: 0)
    _ = core.handle(.ordered(1, .hello(settings)), at: 0)
    #expect(!Self.ends(turn(at: 1)), "it serves")
    _ = core.handle(.ordered(1, Self.start), at: 1)
    _ = core.handle(.unlinked(1), at: 2)
    #expect(!Self.ends(turn(at: 1e5)))
    _ = core.handle(.reported(.outcome(Self.attempt, Self.failed), isCrowded: false), at: 1e5)
    #expect(!Self.ends(turn(at: 1e5)), "the disk has not answered")
    _ = core.handle(.written(Self.attempt, trouble: nil), at: 1e5)
    #expect(turn(at: 1e5) == [.end(resumable: [Self.attempt])])
  }

  @Test mutating func worker_thatIsDismissed_endsWhenNothingIsHeldAndAllIsSent() {
    attach()
    _ = core.handle(.ordered(1, Self.start), at: 1)
    _ = core.handle(.ordered(1, .shutdown), at: 2)
    #expect(!Self.ends(turn(at: 2)), "it works")
    _ = core.handle(.reported(.outcome(Self.attempt, Self.failed), isCrowded: false), at: 3)
    _ = core.handle(.written(Self.attempt, trouble: nil), at: 3)
    #expect(!Self.ends(turn(at: 3)), "it keeps an outcome")
    _ = core.handle(.ordered(1, .acknowledge(Self.attempt)), at: 4)
    #expect(!Self.ends(core.handle(.turn(isFlushed: false), at: 4)))
    #expect(Self.ends(turn(at: 4)))
  }

  @Test mutating func worker_thatIsDismissedAndLeft_endsWithWhatItsDiskKeeps() {
    attach()
    _ = core.handle(.ordered(1, Self.start), at: 1)
    _ = core.handle(.ordered(1, .shutdown), at: 2)
    _ = core.handle(.reported(.outcome(Self.attempt, Self.failed), isCrowded: false), at: 3)
    _ = core.handle(.written(Self.attempt, trouble: "no space"), at: 3)
    _ = core.handle(.unlinked(1), at: 3)
    #expect(!Self.ends(turn(at: 3)), "it would be lost")
    _ = core.handle(.written(Self.attempt, trouble: nil), at: 4)
    #expect(Self.ends(turn(at: 4)))
  }

  @Test mutating func worker_thatIsAskedToEnd_stopsItsJobsAndServesNobody() {
    attach()
    _ = core.handle(.ordered(1, Self.start), at: 1)
    let asked = core.handle(.askedToEnd, at: 2)
    #expect(asked.contains(.stop(Self.attempt)) && asked.contains(.close(1)))
    #expect(core.handle(.askedToEnd, at: 3) == [])
    _ = core.handle(.unlinked(1), at: 3)
    #expect(core.handle(.linked(2), at: 3) == [.close(2)])
    #expect(!Self.ends(turn(at: 3)))
    _ = core.handle(.died(Self.attempt, .jobFailed, message: "ended"), at: 4)
    _ = core.handle(.written(Self.attempt, trouble: nil), at: 4)
    #expect(Self.ends(turn(at: 4)))
  }

  @Test mutating func newcomer_waits_whileTheLinkLives() {
    attach()
    let occupied = Report.occupied(Report.Occupation(instance: "w", run: Self.run))
    #expect(core.handle(.linked(2), at: 1) == [.send(2, occupied)])
    _ = core.handle(.ordered(2, .run(Self.run)), at: 1)
    _ = core.handle(.ordered(2, Self.start), at: 1)
    #expect(core.held == [], "it gives no orders")
    _ = core.handle(.heard(1), at: 5)
    #expect(!turn(at: 10.9).contains(.close(1)))
    // Three signs of life are missing: what came on the old link counts before the new one is served.
    #expect(turn(at: 11) == [.close(1)])
    #expect(core.handle(.ordered(1, Self.start), at: 11).count == 1)
    _ = core.handle(.unlinked(1), at: 11)
    #expect(turn(at: 11) == [.greet(2, held: [Self.attempt])])
    #expect(core.servedRun == Self.run)
  }

  @Test mutating func newcomer_ofAnotherStore_waitsForTheEnd_andNamelessOnesAreSentAway() {
    attach()
    let other = RunIdentity(store: "copy", host: "h", process: 2)
    _ = core.handle(.linked(2), at: 0)
    _ = core.handle(.ordered(2, .run(other)), at: 0)
    _ = core.handle(.linked(3), at: 0)
    #expect(!turn(at: 29).contains(.close(1)))
    #expect(turn(at: 30).contains(.close(3)))
    _ = core.handle(.unlinked(1), at: 31)
    #expect(turn(at: 31) == [.greet(2, held: [])])
  }

  @Test mutating func coordinator_thatIsSilent_isLeft() {
    attach()
    _ = turn(at: 29)
    #expect(!turn(at: 29.9).contains(.close(1)))
    #expect(turn(at: 30).contains(.close(1)))
    #expect(core.nextWake > 30, "a link that is being closed wakes nobody")
  }
}
