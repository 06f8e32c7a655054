import Scheduler
import SweepModel

/// What checkers are told: facts of the simulated world, none of them the scheduler's opinion.
enum Observation {
  /// A coordinator has read the ledger and starts; `isChosen` when jobs wait to be chosen.
  case began([LedgerEntry], jobs: Range<Int>, nextToken: Int, isChosen: Bool)
  /// A person, or who chooses, asks something of the scheduler.
  case asked(Event)
  /// The scheduler has handled an event.
  case handled(work: Int, directives: Int)
  /// A fact is durable.
  case committed(LedgerChange, Completion?)
  /// The store forbids what the scheduler orders.
  case refused(Refusal)
  /// The coordinator begins to connect to a host.
  case connects(host: String)
  /// A machine greets on the link of a host.
  case greeted(host: String, machine: Int, held: [AttemptID])
  /// A worker ends a link that it serves in favour of another, so long after it heard from it,
  /// seconds.
  case replaced(machine: Int, after: Double)
  /// The coordinator ends a link on which a worker has greeted in favour of another entry's.
  case leftOut(host: String, machine: Int)
  /// A host's peer does what no worker does: its link ends.
  case complained(host: String)
  /// Something of a worker reaches the coordinator.
  case heard(host: String)
  /// The coordinator gives a link up because nothing came.
  case silenced(host: String)
  /// The coordinator heard nobody for so many seconds.
  case away(seconds: Double)
  /// The coordinator hears that a host is taken away from the run.
  case taken(host: String)
  /// The coordinator hears of a host.
  case added(host: String)
  /// The coordinator tells a worker that the run is over.
  case dismissed(host: String)
  /// An attempt that holds the lease has got further.
  case progressed(AttemptID)
  /// A worker has told an outcome.
  case told(AttemptID, succeeded: Bool)
  /// An order to start leaves the coordinator, for a worker that really runs some others.
  case started(AttemptID, worker: String, threads: Int, beside: [SimulatedWorker.Running])
  /// A worker begins an attempt; which named resources all that it runs have, each with its job, and how
  /// many threads each has.
  case runs(machine: Int, [(job: Int, held: [Allocation.Held])], threads: [Int])
  /// An acknowledgement leaves the coordinator.
  case acknowledged(AttemptID)
  /// A worker's disk has answered for an outcome: it has taken it, or refused it.
  case written(machine: Int, AttemptID, isDurable: Bool)
  /// A worker's disk has lost everything.
  case wiped(machine: Int)
  /// A worker says hello, and what it holds.
  case introduced(machine: Int, holds: [AttemptID])
  /// A worker tells an outcome that it keeps; how long the attempt has taken by its clock, seconds.
  case reported(machine: Int, AttemptID, after: Double)
  /// A worker ends by itself, and so do the attempts that it runs.
  case retired(machine: Int, runs: [AttemptID])
  /// A look at the cluster, every other second; `isServing` while the coordinator could place jobs.
  case looked(isServing: Bool, [HostView], jobs: Range<Int>)
  /// The coordinator takes turn after turn and time stands still.
  case spins
  /// A machine takes over the outcomes that one that is gone has left in their shared folder.
  case adopted(machine: Int, from: Int)
  /// A batch system's allocation of a machine is over, or its node is lost: what is lost there from now
  /// on is its doing.
  case pilotEnds(machine: Int)
  /// A batch system is called; it has not said what became of so many pilots whose links are lost, and
  /// is sure to have told what there is, last time something.
  case batchCalled(String, losses: Int, isSure: Bool)
  /// So many allocations more are asked for: beside those that wait or work, of so many at most and so
  /// many that are of use. What was told of late may have been wrong.
  case pilotsAsked(Int, alive: Int, most: Int, useful: Int, isDoubtful: Bool)
  /// Jobs are about to be set aside; every host as it stands.
  case setsAside([HostView])
  /// A run has ended; every host as it stood, and whether a pool might have added others.
  case ended(Ending, [HostView], mayGrow: Bool)
  /// No run has ended for all jobs although no fault has struck for very long.
  case tired(String)
  /// A worker is still there long after everything is over.
  case lingers(host: Int, String)
  /// All is over: what the store holds.
  case closed([LedgerEntry], [JobResult?])
}

/// A host as an onlooker sees it.
struct HostView {
  let name: String
  /// Which of the scenario's hosts, or of the machines that are lent, it is.
  let place: Int
  /// When a batch system takes it away; nil where nobody does.
  let lentUntil: Double?
  /// It is about to leave.
  let isLeaving: Bool
  /// The coordinator has its greeting on a link that it believes in, and no reason to spare it.
  let isReady: Bool
  /// Its worker is of an older version and hands over what it holds.
  let isOutdated: Bool
  let isDrained: Bool
  /// The coordinator has given it up for the rest of its run.
  let isFailed: Bool
  /// Nothing is wrong with the host or with its network.
  let isReachable: Bool
  /// Worker and coordinator believe in the same link: neither has yet to learn that it broke.
  let isLinked: Bool
  /// What its worker runs or has not yet been thanked for, with a lease or without.
  let occupying: [(attempt: AttemptID, threads: Int)]
}

/// Looks for one broken promise.
protocol Checker {
  /// The broken promise, if this observation shows one. `ledger` is what was durable before.
  mutating func check(_ observation: Observation, _ ledger: Replica, at now: Double) -> String?
}

/// All checkers, and the replica of the ledger that they share.
struct Checkers {
  private var replica: Replica
  private var checkers: [any Checker]
  /// Broken promises, with their time.
  private(set) var violations: [String] = []

  init(_ scenario: Scenario) {
    replica = Replica(scenario)
    checkers = [
      RecordingChecker(), LeaseChecker(), AcknowledgementChecker(), EndingChecker(),
      ChoiceChecker(), SizeChecker(scenario), PatienceChecker(scenario), IdleChecker(scenario),
      BackoffChecker(scenario),
      CapacityChecker(scenario), ShareChecker(scenario),
      CostChecker(scenario), BlameChecker(scenario), RestChecker(scenario), FightChecker(scenario),
      ShunChecker(), SilenceChecker(scenario), PoolChecker(), GoodbyeChecker(), WorkerChecker(),
    ]
    guard let lending = scenario.lending else { return }
    checkers += [
      AllocationChecker(), CallChecker(lending), EvictionChecker(scenario, lending),
      UnemployedChecker(),
    ]
  }

  /// Shows an observation to every checker; what it breaks.
  mutating func see(_ observation: Observation, at now: Double) -> ArraySlice<String> {
    let known = violations.count
    for index in checkers.indices {
      guard let broken = checkers[index].check(observation, replica, at: now) else { continue }
      violations.append("\(type(of: checkers[index])) at \(now) s: \(broken)")
    }
    replica.apply(observation, at: now)
    return violations[known...]
  }
}
