import Basics

/// Everything that can go wrong in a simulation.
public enum FaultKind: Int, Hashable, Sendable, CaseIterable {
  // Links.
  /// A link breaks: what was in flight is lost, both ends learn of it, at different times.
  case linkBroken
  /// A link breaks and one end never learns of it.
  case halfOpenLink
  /// Nothing reaches the coordinator from a host for a while.
  case cutFromHost
  /// Nothing reaches a host from the coordinator for a while.
  case cutToHost
  /// Nothing passes either way for a while, hours at worst.
  case cutBothWays
  /// A message is late, and with it all behind it: links overtake each other.
  case delayedMessage
  /// A frame arrives damaged: its receiver drops the link.
  case corruptedFrame
  /// A worker tells an outcome again.
  case toldAgain

  // Hosts and workers.
  /// A worker process dies; what it wrote to its disk stays.
  case workerCrash
  /// A worker process dies and its disk is wiped.
  case amnesia
  /// Somebody asks a worker to end: it stops its jobs first.
  case workerAsked
  /// A host goes down without a word and comes back later.
  case hostCrash
  /// A host is frozen for a while.
  case hostPause
  /// A host's disk takes nothing for a while.
  case hostDiskFull
  /// A host's disk is slow for a while.
  case hostDiskSlow
  /// A worker's clock runs at another speed.
  case clockDrift
  /// A host can no longer be used; it may be mended later.
  case hostLeft
  /// A host is there only later.
  case hostLate
  /// A host whose worker is killed every second or so.
  case reaperHost
  /// A host that lives some seconds at a time.
  case shortLivedHost
  /// A host that loses whatever it gets.
  case losingHost
  /// A second entry for the same machine.
  case duplicateEntry
  /// A host whose peer talks nonsense and tells results that it does not have.
  case nonsenseHost

  // The coordinator and its store.
  /// The coordinator dies just before a commit.
  case crashBeforeCommit
  /// The coordinator dies when a commit is durable and nothing is sent.
  case crashAfterCommit
  /// The coordinator dies while it sends what a commit allows.
  case crashWhileSending
  /// The coordinator's host is frozen for a while.
  case coordinatorPause
  /// A commit takes seconds.
  case slowCommit
  /// The store's disk fails or is full for a while: the run ends at the first commit.
  case storeFailing

  // Jobs.
  /// An attempt fails by chance.
  case jobCrash
  /// A job that fails everywhere.
  case poisonJob
  /// A job that kills its worker.
  case killerJob
  /// A host on which most jobs fail.
  case badHost
  /// An attempt takes many times as long as it should.
  case slowAttempt

  // People.
  /// Cancels some jobs.
  case cancel
  /// Frees jobs that are set aside or cancelled.
  case retry
  /// Pauses the sweep for a while.
  case pause
  /// Takes a worker out.
  case drainWorker
  /// Presses Ctrl-C, sometimes twice, and runs the sweep again later.
  case interrupt
  /// Runs only a part of the jobs for a while: another sweep of the same store.
  case otherSweep
  /// Has jobs chosen while others wait, and ends when enough are done (`--until`).
  case chosenRun
  /// Gives a host another name in the cluster file.
  case renamedHost
  /// Runs a new version of the project: old workers hand over and end.
  case newBinary

  // Pools of hosts.
  /// A host is taken away from the run.
  case hostTaken
  /// A host comes that was taken away, or was not there yet.
  case hostAdded

  // Batch systems.
  /// A running allocation is wanted for others: it is warned, or not, and comes back or does not.
  case preempted
  /// Somebody else calls an allocation off.
  case allocationCancelled
  /// A node dies without a word; the batch system learns of it later.
  case nodeLost
  /// The batch system believes a node dead whose processes go on.
  case nodeBelievedLost
  /// The batch system answers nobody for a while.
  case batchSilent
  /// It answers for a while as if it had no allocations.
  case batchEmpty
  /// All links that pass the relay are cut at once, and none passes for a while.
  case relayCut
  /// A call of the batch system fails.
  case callFailed
  /// A submission is refused for now.
  case submissionRefused
  /// A submission is taken, and nobody is told.
  case submissionUnanswered
  /// A submission is refused until a person does something.
  case submissionForbidden
  /// An allocation ends before its worker begins.
  case pilotStillborn
}

/// How often each fault happens; the one set of options of a simulation.
///
/// The unit follows from the kind: times a virtual minute over all hosts for what strikes from
/// outside, a probability for what is decided at each message, commit, attempt, job, host or
/// restart.
public struct Faults: Hashable, Sendable {
  private var rates = Array(repeating: 0.0, count: FaultKind.allCases.count)
  /// Faults strike from the beginning until then, virtual seconds.
  public var windowSeconds = 0.0

  /// No fault at all.
  public init() {}

  /// The rate of a fault.
  public subscript(kind: FaultKind) -> Double {
    get { rates[kind.rawValue] }
    set { rates[kind.rawValue] = newValue }
  }

  /// The faults that strike by themselves, with rates in times a virtual minute.
  static let striking: [FaultKind] = [
    .linkBroken, .halfOpenLink, .cutFromHost, .cutToHost, .cutBothWays, .workerCrash, .amnesia,
    .workerAsked, .hostCrash, .hostPause, .hostDiskFull, .hostDiskSlow, .hostLeft,
    .coordinatorPause,
    .storeFailing, .cancel, .retry, .pause, .drainWorker, .interrupt,
  ]

  /// Those of them that strike one machine.
  static let ofMachines: Set<FaultKind> = [
    .linkBroken, .halfOpenLink, .cutFromHost, .cutToHost, .cutBothWays, .workerCrash, .amnesia,
    .workerAsked, .hostCrash, .hostPause, .hostDiskFull, .hostDiskSlow, .hostLeft, .drainWorker,
  ]

  /// The same of pools whose hosts come and go; drawn apart, so that a seed keeps its scenario.
  static let pools: [FaultKind] = [.hostTaken, .hostAdded]

  /// The same of batch systems.
  static let batch: [FaultKind] = [
    .preempted, .allocationCancelled, .nodeLost, .nodeBelievedLost, .batchSilent, .batchEmpty,
    .relayCut,
  ]

  /// The greatest probabilities at a batch system's calls and allocations.
  static let batchProbabilities: [(FaultKind, Double)] = [
    (.callFailed, 0.2), (.submissionRefused, 0.4), (.submissionUnanswered, 0.2),
    (.submissionForbidden, 0.05), (.pilotStillborn, 0.3),
  ]

  /// The greatest probability of each fault that is decided at an occasion.
  static let probabilities: [(FaultKind, Double)] = [
    (.delayedMessage, 0.2), (.corruptedFrame, 0.02), (.toldAgain, 0.5), (.clockDrift, 1),
    (.hostLate, 0.6), (.crashBeforeCommit, 0.04), (.crashAfterCommit, 0.04),
    (.crashWhileSending, 0.04), (.slowCommit, 0.2), (.jobCrash, 0.4), (.poisonJob, 0.2),
    (.killerJob, 0.05), (.badHost, 0.5), (.otherSweep, 0.5), (.renamedHost, 0.3),
    (.newBinary, 0.3),
  ]

  /// From none to extreme: every kind by itself.
  static func drawn(_ random: inout SplitMix64, windowSeconds: Double) -> Faults {
    var faults = Faults()
    faults.windowSeconds = windowSeconds
    let share = [0, 0.15, 0.4, 0.8][random.integer(0...3)]
    let severity = [0.1, 0.4, 1][random.integer(0...2)]
    for kind in striking where random.chance(share) {
      faults[kind] = severity * random.uniform(0.1, 4)
    }
    for (kind, greatest) in probabilities where random.chance(share) {
      faults[kind] = severity * random.uniform(0.05, 1) * greatest
    }
    return faults
  }
}

/// How often each fault was injected.
public struct FaultCounts: Hashable, Sendable {
  private var counts = Array(repeating: 0, count: FaultKind.allCases.count)

  /// None yet.
  public init() {}

  /// The count of a fault.
  public subscript(kind: FaultKind) -> Int {
    get { counts[kind.rawValue] }
    set { counts[kind.rawValue] = newValue }
  }

  /// Adds another simulation's.
  public mutating func add(_ other: FaultCounts) {
    for kind in FaultKind.allCases { self[kind] += other[kind] }
  }
}
