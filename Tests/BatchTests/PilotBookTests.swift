import SweepFiles
import SweepModel
import Testing

@testable import Batch

/// When allocations are asked for, and what becomes of them.
@Suite struct PilotBookTests {
  private static let slurm = BatchSystems.named("slurm") ?? BatchSystem()
  private var book = PilotBook(
    PilotBook.Settings(count: 4, threads: 2, seconds: 3600), of: slurm)

  private static func entry(_ index: Int, _ state: String, _ reason: String = "None") -> QueueEntry
  {
    let entries = AnswerReader(slurm).entries("17|\(index)|\(state)|n1|\(reason)")
    guard let entry = entries.first else { preconditionFailure("no line of squeue") }
    return entry
  }

  /// A book whose four allocations are asked for.
  private mutating func submit() {
    book.need(threads: 100)
    #expect(book.turn(at: 0) == [.query])
    #expect(book.heard([], asked: 0, at: 0) == [])
    #expect(book.turn(at: 0).contains(.submit(4, excluding: [])))
    book.submitted(job: 17, count: 4, at: 0)
  }

  /// A book that has had its allocations called off by others.
  private mutating func lose() {
    submit()
    _ = book.heard((0..<4).map { Self.entry($0, "CANCELLED") }, asked: 1, at: 1)
    #expect(book.callable.isEmpty)
  }

  @Test mutating func nothing_isAskedFor_beforeSlurmHasSaidWhatThereIs() {
    book.need(threads: 100)
    #expect(book.turn(at: 0) == [.query])
    #expect(book.turn(at: 29) == [])
    #expect(book.turn(at: 30) == [.query])
  }

  @Test mutating func noMoreAreAskedFor_thanAreOfUse() {
    book.need(threads: 3)
    _ = book.turn(at: 0)
    _ = book.heard([], asked: 0, at: 0)
    #expect(book.turn(at: 0) == [.submit(2, excluding: [])])
    book.submitted(job: 17, count: 2, at: 0)
    book.need(threads: 1)
    #expect(book.turn(at: 100).contains(.cancel([PilotName(job: 17, index: 1)])))
    // Whether the system has heard of it, only it can tell.
    #expect(book.callable == [0, 1].map { PilotName(job: 17, index: $0) })
    _ = book.heard([Self.entry(0, "RUNNING")], asked: 101, at: 101)
    #expect(book.callable == [PilotName(job: 17, index: 0)])
  }

  @Test mutating func pilotsOfAnEarlierCoordinator_areFoundAgain() {
    book.need(threads: 100)
    _ = book.turn(at: 0)
    _ = book.heard([Self.entry(0, "RUNNING"), Self.entry(1, "PENDING")], asked: 0, at: 0)
    #expect(book.turn(at: 0).contains(.submit(2, excluding: [])))
    let name = PilotName(job: 17, index: 0)
    #expect(book.saw([name], at: 1) == [.add(name)])
  }

  @Test mutating func deadPilotsSockets_addNobody() {
    submit()
    #expect(book.saw([PilotName(job: 16, index: 0)], at: 1) == [])
  }

  @Test mutating func pilot_thatIsLost_isAskedForOnce_andTriedOnlyWhenItRuns() {
    submit()
    let name = PilotName(job: 17, index: 2)
    #expect(book.saw([name], at: 1) == [.add(name)])
    #expect(book.mayAttach(name))
    #expect(book.lost(name, at: 20) == [])
    #expect(!book.mayAttach(name))
    #expect(book.turn(at: 20).contains(.query))
    #expect(!book.turn(at: 21).contains(.query))
    let all = (0..<4).map { Self.entry($0, "RUNNING") }
    #expect(book.heard(all, asked: 20, at: 21) == [])
    #expect(book.mayAttach(name))
  }

  /// What the system has ended counts against no job; what only ended may have been the job's doing.
  @Test(arguments: [
    ("CANCELLED", Departure.taken), ("PREEMPTED", .taken), ("NODE_FAIL", .taken),
    ("FAILED", .ended), ("COMPLETED", .ended), ("OUT_OF_MEMORY", .ended),
  ])
  mutating func pilot_whoseAllocationIsOver_hasItsDeparture(state: String, departure: Departure) {
    submit()
    let name = PilotName(job: 17, index: 2)
    _ = book.saw([name], at: 1)
    _ = book.lost(name, at: 100)
    let all = (0..<4).map { Self.entry($0, $0 == 2 ? state : "PENDING") }
    #expect(book.heard(all, asked: 101, at: 102) == [.remove(name, as: departure)])
  }

  /// A question that fails is told once, and forgotten with the next answer.
  @Test mutating func questionThatFails_isToldOnce() {
    let words = "slurm_load_jobs error: Unable to contact slurm controller (connect failure)"
    let told = book.unheard(words)
    #expect(told.count == 1 && "\(told)".contains("Slurm does not answer now"), "\(told)")
    #expect(book.unheard(words) == [])
    let standing = book.standing(of: "a", calls: 1, at: 5, wallClock: 5)
    #expect(standing.refusal?.contains("contact") == true)
    _ = book.heard([], asked: 5, at: 6)
    #expect(book.standing(of: "a", calls: 2, at: 7, wallClock: 7).refusal == nil)
    #expect(book.unheard(words).count == 1)
  }

  @Test mutating func pilot_thatIsGone_isTakenAway() {
    submit()
    let name = PilotName(job: 17, index: 2)
    _ = book.saw([name], at: 1)
    _ = book.lost(name, at: 100)
    let others = [0, 1, 3].map { Self.entry($0, "PENDING") }
    #expect(book.turn(at: 101).contains(.query))
    #expect(book.heard(others, asked: 101, at: 102) == [.remove(name, as: .ended)])
    #expect(book.turn(at: 103).contains(.submit(1, excluding: [])))
  }

  /// Nobody is asked, and others are asked for at once.
  @Test mutating func pilot_whoseTimeIsOver_isTakenAway() {
    submit()
    let name = PilotName(job: 17, index: 2)
    _ = book.saw([name], at: 1)
    // The third of an array leaves 56 s earlier than the first.
    #expect(book.turn(at: 3470).contains(.query))
    _ = book.heard((0..<4).map { Self.entry($0, "RUNNING") }, asked: 3470, at: 3470)
    #expect(book.lost(name, at: 3480) == [.remove(name)])
    #expect(book.turn(at: 3481).contains(.submit(1, excluding: [])))
  }

  @Test mutating func slurmThatDoesNotAnswer_changesNothing() {
    submit()
    let name = PilotName(job: 17, index: 2)
    _ = book.saw([name], at: 1)
    // No answer: the shell tells nothing.
    #expect(book.turn(at: 60).contains(.query))
    #expect(book.callable.count == 4)
  }

  @Test mutating func allocation_askedForAfterTheQuestion_isNotMissing() {
    submit()
    #expect(book.heard([], asked: -1, at: 2) == [])
    #expect(book.callable.count == 4)
  }

  @Test mutating func requeuedPilot_comesBackUnderAnotherName() {
    submit()
    let name = PilotName(job: 17, index: 0)
    _ = book.saw([name], at: 1)
    let all = [Self.entry(0, "PENDING", "BeginTime")] + (1..<4).map { Self.entry($0, "RUNNING") }
    #expect(book.heard(all, asked: 60, at: 60) == [.remove(name)])
    // Its old socket is still there.
    let next = PilotName(job: 17, index: 0, restarts: 1)
    #expect(book.saw([next], at: 70) == [.add(next)])
    #expect(book.saw([name, next], at: 80) == [])
  }

  @Test mutating func refusals_areTriedAgain_rarerAndRarer() {
    lose()
    var times: [Double] = []
    var now = 30.0
    while times.count < 4, now < 9999 {
      let effects = book.turn(at: now)
      if effects.contains(where: { if case .submit = $0 { true } else { false } }) {
        times.append(now)
        _ = book.refused(
          "sbatch: error: Slurm temporarily unable to accept job, sleeping", at: now)
      }
      if effects.contains(.query) { _ = book.heard([], asked: now, at: now) }
      now += 1
    }
    #expect(
      zip(times, times.dropFirst()).map { $1 - $0 } == [60, 901, 1801],
      "a second later once the last answer is old")
  }

  /// It may have taken the submission all the same.
  @Test(arguments: [
    "sbatch: error: Unable to contact slurm controller (connect failure)",
    "sbatch: error: Socket timed out on send/recv operation",
  ])
  mutating func slurmThatIsAway_isAskedWhatThereIs_beforeMoreIsAskedFor(words: String) {
    lose()
    #expect(book.turn(at: 30).contains(.submit(4, excluding: [])))
    #expect(book.refused(words, at: 30).count == 1)
    for time in [60.0, 90, 120] {
      #expect(book.turn(at: time) == [.query])
    }
    _ = book.heard([], asked: 120, at: 121)
    #expect(book.turn(at: 121).contains(.submit(4, excluding: [])))
    #expect(book.refused(words, at: 130) == [])
  }

  /// A cancelled pilot leaves its node for a while, and a controller that restarts says nothing.
  @Test(arguments: [true, false])
  mutating func lossOfWhichSlurmSaysNothing_isAskedAboutAgain_rarerAndRarer(isAnswered: Bool) {
    submit()
    let name = PilotName(job: 17, index: 0)
    _ = book.saw([name], at: 1)
    _ = book.lost(name, at: 200)
    var times: [Double] = []
    for time in stride(from: 200.0, to: 500, by: 1) where book.turn(at: time).contains(.query) {
      times.append(time - 200)
      guard isAnswered else { continue }
      let entries = (0..<4).map { Self.entry($0, $0 == 0 ? "COMPLETING" : "PENDING") }
      _ = book.heard(entries, asked: time, at: time)
    }
    #expect(times == [0, 5, 15, 35, 75, 135, 195, 255])
  }

  @Test mutating func socketOfALifeThatIsOver_addsNobody() {
    submit()
    let (dead, next) = (PilotName(job: 17, index: 0), PilotName(job: 17, index: 0, restarts: 1))
    _ = book.saw([dead], at: 1)
    _ = book.heard([Self.entry(0, "PENDING", "BeginTime")], asked: 60, at: 60)
    #expect(book.saw([dead], at: 61) == [])
    #expect(book.saw([dead, next], at: 62) == [.add(next)])
  }

  @Test mutating func pilotsThatGiveWay_speakAgainstNoNode_andEndNoAsking() {
    submit()
    for index in 0..<2 { _ = book.saw([PilotName(job: 17, index: index)], at: 1) }
    _ = book.heard((0..<4).map { Self.entry($0, "RUNNING") }, asked: 2, at: 2)
    _ = book.heard((0..<4).map { Self.entry($0, "PREEMPTED") }, asked: 3, at: 3)
    #expect(book.turn(at: 30).contains(.submit(4, excluding: [])))
  }

  @Test mutating func refusal_thatNothingButAPersonMends_endsTheAsking() {
    lose()
    _ = book.turn(at: 30)
    let effects = book.refused("sbatch: error: invalid partition specified: gqu", at: 30)
    #expect(effects.last == .settle)
    #expect(!book.turn(at: 9999).contains { if case .submit = $0 { true } else { false } })
  }

  @Test mutating func arraysThatAreTooLarge_areAskedForInHalves() {
    lose()
    #expect(book.turn(at: 30).contains(.submit(4, excluding: [])))
    #expect(book.refused("sbatch: error: Invalid job array specification", at: 30) == [])
    #expect(book.turn(at: 30) == [.submit(2, excluding: [])])
  }

  @Test mutating func allocationsThatNeverCome_areCalledOff_andEndTheAsking() {
    submit()
    let effects = book.heard(
      (0..<4).map { Self.entry($0, "PENDING", "PartitionTimeLimit") }, asked: 1, at: 1)
    #expect(effects.first == .cancel((0..<4).map { PilotName(job: 17, index: $0) }))
    #expect(effects.last == .settle)
  }

  /// A call that fails leaves them in the queue: they are called off until the system tells of them no more.
  @Test mutating func allocationsThatNeverCome_areCalledOffAgain_whileTheyAreThere() {
    submit()
    let hopeless = (0..<4).map { Self.entry($0, "PENDING", "PartitionTimeLimit") }
    _ = book.heard(hopeless, asked: 1, at: 1)
    #expect(book.callable.count == 4)
    #expect(book.turn(at: 61).contains(.query))
    let again = book.heard(Array(hopeless.prefix(2)), asked: 61, at: 61)
    #expect(again == [.cancel([0, 1].map { PilotName(job: 17, index: $0) })])
    #expect(book.turn(at: 121).contains(.query))
    #expect(book.heard([], asked: 121, at: 121) == [])
    #expect(book.callable.isEmpty)
    #expect(book.nextTurn == .infinity)
  }

  /// Others may stop its processes for a while: they go on, or its jobs do elsewhere, at nobody's cost.
  @Test mutating func pilotThatIsSuspended_isBorneForAWhile_andComesBackOnceItRuns() {
    submit()
    let name = PilotName(job: 17, index: 0)
    _ = book.saw([name], at: 1)
    let entries = { (state: String) in
      (0..<4).map { Self.entry($0, $0 == 0 ? state : "PENDING") }
    }
    #expect(book.heard(entries("SUSPENDED"), asked: 60, at: 60) == [])
    _ = book.lost(name, at: 100)
    #expect(book.heard(entries("SUSPENDED"), asked: 120, at: 120) == [])
    #expect(book.heard(entries("SUSPENDED"), asked: 350, at: 350) == [.remove(name)])
    #expect(book.saw([name], at: 351) == [])
    #expect(book.heard(entries("SUSPENDED"), asked: 400, at: 400) == [])
    #expect(book.heard(entries("RUNNING"), asked: 460, at: 460) == [])
    #expect(book.saw([name], at: 461) == [.add(name)])
  }

  /// Its processes are gone then, and its socket is a dead one's.
  @Test mutating func suspendedPilot_thatIsRequeued_comesBackInItsNextLife() {
    submit()
    let (name, next) = (
      PilotName(job: 17, index: 0), PilotName(job: 17, index: 0, restarts: 1)
    )
    _ = book.saw([name], at: 1)
    _ = book.lost(name, at: 100)
    let entries = { (state: String) in
      (0..<4).map { Self.entry($0, $0 == 0 ? state : "PENDING") }
    }
    #expect(book.heard(entries("SUSPENDED"), asked: 350, at: 350) == [.remove(name)])
    #expect(book.heard(entries("PENDING"), asked: 400, at: 400) == [])
    #expect(book.heard(entries("RUNNING"), asked: 460, at: 460) == [])
    #expect(book.saw([name], at: 461) == [])
    #expect(book.saw([name, next], at: 462) == [.add(next)])
  }

  /// Two of one array that fail together are one failure; the next is tried after a minute.
  @Test mutating func allocationsThatFailTogether_areTriedAgainAfterAMinute_andAreTold() {
    submit()
    let entries = (0..<4).map { Self.entry($0, $0 < 2 ? "FAILED" : "PENDING") }
    let effects = book.heard(entries, asked: 5, at: 5)
    #expect(effects == [.tellOutput(PilotName(job: 17, index: 0), state: "FAILED")])
    let standing = book.standing(of: "a", calls: 1, at: 6, wallClock: 6)
    #expect(standing.refusal == "2 allocations ended before they were workers")
    #expect(standing.asksAt == 65)
  }

  @Test mutating func allocationsThatNeverBecomeWorkers_showTheirOutput_andEndTheAsking() {
    submit()
    var effects: [PilotBook.Effect] = []
    for index in 0..<3 {
      let entries = (0..<4).map { Self.entry($0, $0 <= index ? "FAILED" : "PENDING") }
      effects += book.heard(entries, asked: Double(index + 1), at: Double(index + 1))
    }
    #expect(effects.first == .tellOutput(PilotName(job: 17, index: 0), state: "FAILED"))
    #expect(effects.last == .settle)
  }

  /// A system that forgets all its jobs for a moment, as one does whose accounting is slow, ends no run.
  @Test mutating func answersThatTellOfNothing_areOneFailure_howeverManyTheyHide() {
    submit()
    #expect(book.heard([], asked: 60, at: 60) == [])
    let gone = PilotName(job: 17, index: 0)
    #expect(
      book.heard([], asked: 75, at: 75) == [.tellOutput(gone, state: "gone from the queue")])
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING") }, asked: 90, at: 90)
    #expect(book.callable.count == 4)
  }

  /// What is missing among others has failed, one for one.
  @Test mutating func allocationsThatAreMissingAmongOthers_areFailuresEach() {
    submit()
    #expect(book.heard([Self.entry(3, "PENDING")], asked: 60, at: 60).last == .settle)
  }

  /// Its time was over by our clock, and meanwhile its node had failed and its system begun it anew.
  @Test(arguments: [3599.5, 3601])
  mutating func lifeThatWasTakenForOver_andIsRequeued_addsNobody(asked: Double) {
    submit()
    let (dead, next) = (PilotName(job: 17, index: 0), PilotName(job: 17, index: 0, restarts: 1))
    _ = book.saw([dead], at: 1)
    _ = book.heard((0..<4).map { Self.entry($0, "RUNNING") }, asked: 2, at: 2)
    #expect(book.lost(dead, at: 3600) == [.remove(dead)])
    _ = book.heard(
      (0..<4).map { Self.entry($0, $0 == 0 ? "PENDING" : "RUNNING") }, asked: asked, at: 3601)
    #expect(book.callable.count == 4)
    #expect(book.saw([dead], at: 3602) == [])
    #expect(book.saw([dead, next], at: 3603) == [.add(next)])
  }

  @Test mutating func nothingIsAskedFor_beforeTheAnswerThatIsDue() {
    lose()
    book.need(threads: 2)
    #expect(book.turn(at: 30).contains(.submit(1, excluding: [])))
    book.submitted(job: 18, count: 1, at: 30)
    book.need(threads: 8)
    #expect(book.turn(at: 100) == [.query, .look])
    _ = book.heard((0..<4).map { Self.entry($0, "PENDING") }, asked: 100, at: 101)
    #expect(!book.turn(at: 101).contains { if case .submit = $0 { true } else { false } })
  }

  @Test mutating func nodesThatLoseTwice_areExcluded() {
    submit()
    for index in 0..<2 { _ = book.saw([PilotName(job: 17, index: index)], at: 1) }
    let entries =
      [0, 1].map { Self.entry($0, "NODE_FAIL") } + [2, 3].map { Self.entry($0, "PENDING") }
    _ = book.heard((0..<4).map { Self.entry($0, "RUNNING") }, asked: 2, at: 2)
    _ = book.heard(entries, asked: 3, at: 3)
    #expect(book.turn(at: 30).contains(.submit(2, excluding: ["n1"])))
  }

  @Test(arguments: ["17_3.0.21", "9_0.12.9"])
  func names_areReadAsTheyAreWritten(text: String) {
    #expect(PilotName(text)?.text == text)
  }

  @Test(arguments: ["", "17", "17_3", "17_-3.0", "a_b.c", "17_3.0", "17_3.0.1.2"])
  func whatIsNoName_isNone(text: String) {
    #expect(PilotName(text) == nil)
  }

  @Test(arguments: ["COMPLETING", "SOMETHING_NEW"])
  func statesThatSayNeither_areUnknown(state: String) {
    #expect(Self.entry(0, state).phase == .unknown)
  }
}
