import SweepModel
import Wire
import Worker

/// What may stand in for the production worker's core.
protocol WorkerKeeping {
  mutating func handle(_ input: WorkerInput, at now: Double) -> [WorkerEffect]
  var nextWake: Double { get }
  var served: Int? { get }
  var held: [AttemptID] { get }
  var resources: [AttemptID: [Allocation.Held]] { get }
  func holds(_ attempt: AttemptID) -> Bool
  func secondsLeft(at now: Double) -> Double?
}

extension WorkerCore: WorkerKeeping {}

/// A host and its worker process: the production core in a shell without IO.
struct SimulatedWorker {
  /// An attempt in a slot.
  struct Running {
    let attempt: AttemptID
    let job: Int
    let threads: Int
    let held: [Allocation.Held]
    let startedAt: Double
    /// Share of the job that was done when this attempt began.
    let startProgress: Double
    /// Seconds that the rest takes.
    let seconds: Double
    var endsAt: Double
    var ending: Ending
  }

  enum Ending: Hashable {
    case outcome(Report.Outcome)
    /// The process that runs it dies.
    case slotDies(String)
    /// The job takes its worker down.
    case workerDies
  }

  // The process.
  var life = 0
  var version = 0
  /// Nil while no process is there.
  var core: (any WorkerKeeping)?
  var effects: [WorkerEffect] = []
  var isPerforming = false
  /// When its next turn is planned.
  var nextTurn = Double.infinity
  /// Its links, whether they are served or wait.
  var links: [Int] = []
  /// When something came on the link that is served.
  var heardAt = 0.0
  /// How long the link had been silent that it has just left; nil when it has left none.
  var leftAfter: Double?
  var running: [Running] = []
  /// Outcomes that the disk has not answered for.
  var writing: [(attempt: AttemptID, outcome: Report.Outcome)] = []
  /// What attempts were given, by token; what it holds no more is forgotten.
  var threads: [Int: Int] = [:]
  /// When attempts began by its clock, seconds, by token.
  var begun: [Int: Double] = [:]
  // The host.
  /// Outcomes on its disk, by token.
  var spool: [(attempt: AttemptID, outcome: Report.Outcome)] = []
  /// What was done of each job when its last checkpoint was written here.
  var checkpoints: [(job: Int, progress: Double)] = []
  /// When a batch system takes the machine away; nil where nobody does.
  var lentUntil: Double?
  /// The version that a batch script starts there; nil for the coordinator's.
  var binary: Int?
  /// Its socket lies in the shared folder, whether it lives or was killed.
  var hasSocket = false
  var isGone = false
  var downUntil = 0.0
  var frozenUntil = 0.0
  var cutFromUntil = 0.0
  var cutToUntil = 0.0
  var diskFullUntil = 0.0
  var diskSlowUntil = 0.0

  var isUp: Bool { core != nil }
  /// The link that is served.
  var link: Int? { core?.served }

  /// All that a coordinator may still count as running here: what runs, and what has ended without
  /// an acknowledgement.
  var occupying: [(attempt: AttemptID, threads: Int)] {
    (core?.held ?? spool.map(\.attempt)).map { ($0, threads[$0.token] ?? 1) }
  }

  /// How long a machine that is lent is still its worker's, seconds.
  func secondsLeft(at now: Double) -> Double { core?.secondsLeft(at: now) ?? 0 }

  func describe() -> String {
    "runs \(running.map { "\($0.attempt)" }), holds \(occupying.map { "\($0.attempt)" })"
  }
}
