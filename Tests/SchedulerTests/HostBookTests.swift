import SweepModel
import Testing

@testable import Scheduler

/// The rules by which a run's hosts are tried, kept and given up.
@Suite struct HostBookTests {
  private var settings = HostBook.Settings(heartbeat: 2, lease: 20, giveUp: 600)

  private func pauses(after trouble: HostTrouble, tries: Int) -> [Double] {
    var host = HostEntry(name: "h")
    host.trouble = trouble
    return (0..<tries).map { count in
      host.tries = count
      return host.pause(settings)
    }
  }

  /// A book whose hosts have a link each, and greeted on it if they name a worker.
  private func book(_ workers: [String?]) -> HostBook {
    var book = HostBook(names: workers.indices.map { "h\($0)" }, settings: settings)
    _ = book.handle(.turn, at: 0)
    for (host, worker) in workers.enumerated() {
      _ = book.handle(.opened(host), at: 0)
      if let worker { _ = book.handle(.greeted(host, greeting(worker)), at: 0) }
    }
    return book
  }

  private func greeting(
    _ worker: String, machine: String? = nil, isOutdated: Bool = false
  ) -> HostGreeting {
    HostGreeting(
      worker: HostGreeting.Worker(instance: worker, machine: machine ?? worker),
      isOutdated: isOutdated, capacity: Amounts(threads: 1, memoryBytes: 1), held: [])
  }

  /// A batch system that does not answer for long may yet link us to what it has lent.
  @Test func hostsOfAPool_areNotGivenUp_whileItMayAddOthers() {
    var book = HostBook(names: ["h0"], growing: 1, settings: settings)
    for second in 0..<700 {
      for effect in book.handle(.turn, at: Double(second)) {
        guard case .connect(let host) = effect else { continue }
        _ = book.handle(.lost(host, .unreachable), at: Double(second))
      }
    }
    #expect(book.hosts[0].state != .failed)
    #expect(book.nextWake ?? 0 >= 699)
    _ = book.handle(.settled, at: 700)
    for second in 700..<1400 {
      for effect in book.handle(.turn, at: Double(second)) {
        guard case .connect(let host) = effect else { continue }
        _ = book.handle(.lost(host, .unreachable), at: Double(second))
      }
    }
    #expect(book.hosts[0].state == .failed)
  }

  @Test func hostThatIsAdded_isTriedAtOnce_andOneThatIsThereStays() {
    var book = book(["a"])
    #expect(book.handle(.added("h1"), at: 5) == [.tell(.hostsPending(1))])
    #expect(book.nextWake == 0)
    #expect(book.handle(.turn, at: 5).contains(.connect(1)))
    #expect(book.handle(.added("h0"), at: 5) == [])
    #expect(book.hosts.map(\.name) == ["h0", "h1"] && book.hosts[0].state == .ready)
  }

  @Test func hostThatIsTakenAway_isToldGoodbyeOnce_andWhoWasLeftOutForItIsTried() {
    var book = book(["a", nil])
    _ = book.handle(.occupied(1, instance: "a", byOtherRun: false), at: 1)
    #expect(book.hosts[1].state == .duplicate(of: "h0"))
    #expect(
      book.handle(.removed(0), at: 2) == [
        .send(0, .shutdown), .close(0), .removed(0), .tell(.hostsPending(1)),
        .tell(.removed(worker: "h0")),
      ])
    #expect(book.handle(.removed(0), at: 2) == [])
    #expect(book.handle(.lost(0, .lost), at: 2) == [], "its link's end is no news")
    #expect(book.handle(.turn, at: 2) == [.connect(1)])
    #expect(book.handle(.finish, at: 3) == [])
    #expect(!book.hosts[0].mayBeLeftBehind)
    _ = book.handle(.added("h0"), at: 4)
    #expect(book.handle(.turn, at: 4) == [.connect(0)])
  }

  @Test func hostThatTalkedNonsense_isLeftAlone_thoughItIsTakenAndAdded() {
    var book = book(["a"])
    _ = book.handle(.misbehaved(0), at: 10)
    let due = book.nextWake
    _ = book.handle(.removed(0), at: 10)
    _ = book.handle(.added("h0"), at: 10)
    #expect(book.nextWake == due && due == 12)
  }

  @Test func poolThatMayGrow_countsAsAHostUntilItHasSettled() {
    var book = HostBook(names: [], growing: 2, settings: settings)
    #expect(book.pending == .hostsPending(2))
    _ = book.handle(.turn, at: 0)
    #expect(book.handle(.turn, at: 10_000) == [], "no host, nothing to give up")
    _ = book.handle(.added("late"), at: 10_000)
    #expect(book.handle(.turn, at: 10_000) == [.connect(0)], "it is not given up at once")
    _ = book.handle(.removed(0), at: 10_000)
    #expect(book.handle(.settled, at: 10_000) == [.tell(.hostsPending(1))])
  }

  /// What goes by files is told late: nobody is called silent for that, by the book or the scheduler.
  @Test func hostWithASlowWay_mayBeSilentForLonger() {
    var book = HostBook(names: [], growing: 1, settings: settings)
    _ = book.handle(.added("slow", pace: 5), at: 0)
    _ = book.handle(.turn, at: 0)
    _ = book.handle(.opened(0), at: 0)
    let effects = book.handle(.greeted(0, greeting("a")), at: 0)
    #expect(effects.contains(.tell(.paced(worker: "slow", 5))))
    #expect(book.nextWake == 10)
    #expect(book.handle(.turn, at: 10) == [.send(0, .heartbeat)])
    #expect(book.handle(.turn, at: 99) == [.send(0, .heartbeat)])
    #expect(book.handle(.turn, at: 100).contains(.silent(0)))
    // Another way to it, as fast as others.
    _ = book.handle(.removed(0), at: 101)
    _ = book.handle(.added("slow"), at: 101)
    _ = book.handle(.turn, at: 103)
    _ = book.handle(.opened(0), at: 103)
    #expect(
      book.handle(.greeted(0, greeting("a")), at: 103).contains(.tell(.paced(worker: "slow", 1))))
    #expect(book.handle(.turn, at: 123).contains(.silent(0)))
  }

  @Test func hostThatDoesNotAnswer_isTriedEveryHeartbeatHoweverLongItIsAway() {
    #expect(pauses(after: .unreachable, tries: 8) == [1, 2, 2, 2, 2, 2, 2, 2])
    #expect(pauses(after: .refused, tries: 8) == [1, 2, 2, 2, 2, 2, 2, 2])
  }

  @Test func hostOnWhichTheWorkerFails_isLeftInPeaceLongerAndLonger() {
    #expect(pauses(after: .worker, tries: 8) == [1, 2, 4, 8, 16, 30, 30, 30])
  }

  @Test func hostThatRefusesUs_isTriedMoreAndMoreRarely() {
    #expect(
      pauses(after: .authenticationRejected, tries: 12)
        == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  }

  @Test(arguments: HostTrouble.allCases)
  func hostThatHasLetUsIn_waitsForAPersonOnlyWhenItsKeyHasChanged(_ trouble: HostTrouble) {
    var host = HostEntry(name: "h")
    #expect(!host.needsPerson(isPatient: false))
    host.trouble = trouble
    #expect(host.needsPerson(isPatient: false) == trouble.isPermanent)
    #expect(host.needsPerson(isPatient: true) == (trouble == .hostKeyChanged))
    host.hasGreeted = true
    #expect(host.needsPerson(isPatient: false) == (trouble == .hostKeyChanged))
  }

  /// Found by quanta-lab simulate, seed 1036368: the other entry of its machine was lost, and it was tried at once.
  @Test func entryThatIsLeftOut_isLeftAloneAsLongAsWhatItsPeerSaidAsksFor() {
    var book = book(["one", nil])
    for now in [1.0, 100, 200, 208] {
      _ = book.handle(.heard(0), at: now)
      _ = book.handle(.turn, at: now)
      _ = book.handle(.opened(1), at: now)
      _ = book.handle(.misbehaved(1), at: now)
    }
    #expect(book.hosts[1].state == .waiting(until: 224))
    _ = book.handle(.occupied(1, instance: "one", byOtherRun: false), at: 209)
    #expect(book.hosts[1].state == .duplicate(of: "h0"))
    _ = book.handle(.lost(0, .lost), at: 210)
    #expect(book.hosts[1].state == .waiting(until: 224))
  }

  /// What the ledger says was given to it would keep its lease for ever. Found by quanta-lab simulate, seed 219.
  @Test func entryThatIsLeftOut_hasLeftEvenIfItNeverGreeted() {
    var book = book(["one", nil])
    let effects = book.handle(.occupied(1, instance: "one", byOtherRun: false), at: 1)
    #expect(
      effects == [
        .close(1), .leftOut(1, for: 0), .tell(.left(worker: "h1")), .tell(.hostsPending(0)),
      ])
    #expect(book.hosts[1].state == .duplicate(of: "h0"))
    // Once the first one is lost it is tried, and that is told before the loss.
    #expect(
      book.handle(.lost(0, .lost), at: 5)
        == [.lost(0, isNews: true), .tell(.hostsPending(2)), .tell(.left(worker: "h0"))])
    #expect(book.handle(.turn, at: 5) == [.connect(1)])
  }

  /// A last try at the end of a run must not disturb a peer that is left alone. quanta-lab simulate, seed 8.
  @Test func peerThatIsLeftAlone_isNotTriedAtTheEnd() {
    var talker = book(["one"])
    _ = talker.handle(.misbehaved(0), at: 1)
    #expect(talker.handle(.finish, at: 2).isEmpty)
    #expect(talker.hosts[0].mayBeLeftBehind)
    var broken = book(["one"])
    _ = broken.handle(.lost(0, .lost), at: 1)
    #expect(broken.handle(.finish, at: 1.5) == [.connect(0)])
  }

  @Test func misdeedsInARow_leaveAHostAloneLongerAndLonger() {
    var misdeeds = Misdeeds()
    #expect((0..<9).map { misdeeds.add(at: Double($0)) } == [2, 4, 8, 16, 32, 64, 128, 256, 300])
    #expect(misdeeds.add(at: 5000) == 2)
  }

  /// quanta-lab simulate, seed 760.
  @Test func workerOfAnotherVersion_isToldOnceThatItMayEnd() {
    var book = book([nil])
    let effects = book.handle(.greeted(0, greeting("one", isOutdated: true)), at: 1)
    #expect(effects.last == .send(0, .shutdown))
    #expect(book.handle(.finish, at: 2).isEmpty)
    #expect(book.hosts[0].isLeaving && !book.hosts[0].mayBeLeftBehind)
  }

  @Test func silentLink_isGivenUpAfterALeaseInWhichTheShellWasThere() {
    var book = book(["one"])
    #expect(book.handle(.awoke(after: 15), at: 19) == [.tell(.awoke(after: 15))])
    #expect(book.handle(.awoke(after: 4), at: 19).isEmpty)
    #expect(!book.handle(.turn, at: 34).contains(.silent(0)))
    #expect(book.handle(.turn, at: 35).contains(.silent(0)))
  }

  @Test func hostsThatNobodyReaches_areGivenUpTogetherAndOnce() {
    var book = HostBook(names: ["a", "b"], settings: settings)
    _ = book.handle(.turn, at: 0)
    #expect(book.nextWake == 600)
    #expect(book.handle(.turn, at: 599).isEmpty)
    #expect(
      book.handle(.turn, at: 600) == [
        .close(0), .tell(.left(worker: "a")), .close(1), .tell(.left(worker: "b")),
        .tell(.hostsPending(0)),
      ])
    #expect(book.handle(.turn, at: 9000).isEmpty)
  }

  @Test func workerOfAnotherRun_isWaitedForWithoutGivingUp() {
    var book = book([nil])
    #expect(
      book.handle(.occupied(0, instance: "one", byOtherRun: true), at: 1)
        == [
          .close(0), .yielded(0), .lost(0, isNews: true), .tell(.hostsPending(1)),
          .tell(.left(worker: "h0")),
        ])
    #expect(book.hosts[0].state == .waiting(until: 2))
  }

  @Test func twoWorkersOnOneMachine_areNoticed() {
    var book = book(["one", nil])
    let effects = book.handle(.greeted(1, greeting("two", machine: "one")), at: 1)
    #expect(effects.contains(.sharesMachine(1, with: 0)))
    #expect(book.hosts[0].state == .ready && book.hosts[1].state == .ready)
  }
}
