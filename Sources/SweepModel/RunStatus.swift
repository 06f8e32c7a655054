import Basics

/// A run at one moment, as the terminal, `live.json` and `quanta status` show it.
public struct RunStatus: Codable, Hashable, Sendable {
  /// The sweep's name.
  public var sweep: String
  /// When the run began, seconds since 1970 UTC.
  public var startedAt: Double
  /// When this was written, seconds since 1970 UTC.
  public var writtenAt: Double
  /// Jobs with a recorded result.
  public var done: Int
  /// Jobs that run.
  public var running: Int
  /// Jobs that wait.
  public var waiting: Int
  /// Jobs that failed for good.
  public var failed: Int
  /// Jobs that a person cancelled.
  public var cancelled: Int
  /// Jobs recorded by this run, an hour.
  public var jobsPerHour: Double
  /// Predicted time to the end, seconds; nil while nothing is known, and while it depends on what is
  /// chosen or on a person.
  public var secondsLeft: Double?
  /// True while nobody knows what jobs take, because too few have ended to tell; else absent.
  public var awaitsCosts: Bool?
  /// What holds the run back or ends it.
  public var mode: Mode
  /// Every host of the run.
  public var workers: [Worker]
  /// Every running attempt.
  public var attempts: [Attempt]
  /// Why waiting jobs do not start even where cores are free, a sentence each: the first thousand of
  /// those that wait for their back-off or for a larger host.
  public var heldBack: [JobKey: String]
  /// What batch systems lend, in the cluster file's order; nil where nothing does.
  public var pools: [Pool]?

  /// What holds a run back or ends it.
  public enum Mode: String, Codable, Sendable {
    /// Nothing does.
    case running = ""
    /// Nothing new starts until a person lets the run go on.
    case paused
    /// Running jobs finish, nothing new starts.
    case draining
    /// Running jobs are stopped.
    case stopping
    /// The process is stopped (Ctrl-Z); never written, only seen by who reads.
    case suspended
  }

  /// One host.
  public struct Worker: Codable, Hashable, Sendable {
    /// How a host stands.
    public enum State: String, Codable, Sendable {
      case connecting
      case ready
      case busy
      /// It loses what it gets, and gets nothing for a while.
      case resting
      case lost
      case failed
      case closed
      /// Its worker serves another run.
      case waiting
      /// It is the same worker as another host.
      case duplicate
    }

    /// The host's name.
    public var name: String
    /// How it stands.
    public var state: State
    /// Cores that jobs may use.
    public var cores: Int
    /// Cores that jobs use.
    public var coresInUse: Int
    /// What it has by name, such as `gpu`; nil where it has nothing.
    public var resources: [String: Share]?
    /// When its worker last said something, seconds since 1970 UTC; nil while it is not ready.
    public var heardAt: Double?
    /// Why it is not ready; what a person should know of it otherwise.
    public var message: String

    /// How much of a resource is given out.
    public struct Share: Codable, Hashable, Sendable {
      /// How many there are.
      public var count: Int
      /// How many of them jobs have, shares of one included.
      public var inUse: Amount
    }

    /// A host at the moment of the status: what jobs may use there, and what they use.
    public init(
      name: String, state: State, has: Amounts, inUse: Amounts, heardAt: Double?, message: String
    ) {
      self.name = name
      self.state = state
      (cores, coresInUse) = (has.threads, inUse.threads)
      let shares = has.named.map { ($0.name, Share(count: $0.amount.count, inUse: inUse[$0.name])) }
      resources = shares.isEmpty ? nil : Dictionary(uniqueKeysWithValues: shares)
      self.heardAt = heardAt
      self.message = message
    }

    /// Whether jobs can run there.
    public var isReady: Bool { state == .ready || state == .busy }

    /// What jobs may use there; its memory is not told.
    public var has: Amounts {
      Amounts(threads: cores, named: (resources ?? [:]).mapValues { Amount($0.count) })
    }

    /// How busy it is: `1/4 cores, 1/2 gpu`; `7 threads on 2 cores` where an earlier run gave out more.
    public var load: String {
      let load =
        coresInUse > cores && cores > 0
        ? "\(coresInUse) threads on \(counted(cores, "core"))" : "\(coresInUse)/\(cores) cores"
      return (resources ?? [:]).sorted { $0.key < $1.key }.reduce(load) {
        "\($0), \($1.value.inUse)/\($1.value.count) \($1.key)"
      }
    }
  }

  /// One running attempt.
  public struct Attempt: Codable, Hashable, Sendable {
    /// The job's key.
    public var job: JobKey
    /// The try's number.
    public var number: Int
    /// The host's name.
    public var worker: String
    /// Threads.
    public var threads: Int
    /// Which ones of its host's named resources it has, such as `gpu` 0 and 2; nil for none.
    public var held: [String: [Int]]?
    /// Steps done; nil until the job tells.
    public var step: Int?
    /// Steps in all.
    public var total: Int?
    /// The metric's name.
    public var metric: String?
    /// The metric's value.
    public var value: Double?
    /// Why the job stands as it does, in one sentence.
    public var explanation: String
    /// The last rows of its curves, about a second old; nil until it has told any. Rows may be
    /// missing where it evaluates often, and of curves with many columns there are none: its result
    /// has all.
    public var curves: [CurveTail]?

    /// An attempt that has told nothing yet.
    public init(
      _ attempt: AttemptID, on worker: String, _ allocation: Allocation, explanation: String
    ) {
      job = attempt.job
      number = attempt.number
      self.worker = worker
      threads = allocation.amounts.threads
      let names = Set(allocation.held.map(\.name)).map { ($0, allocation.indices(of: $0)) }
      held = names.isEmpty ? nil : Dictionary(uniqueKeysWithValues: names)
      self.explanation = explanation
    }
  }

  /// The end of a curve of a running attempt.
  public struct CurveTail: Codable, Hashable, Sendable {
    /// The curve's name.
    public var name: String
    /// Values in a row.
    public var columns: Int
    /// The optimiser step of every row, ascending.
    public var steps: [Int] = []
    /// Row-major values, `steps.count × columns`; nil where one is no finite number.
    public var values: [Float?] = []

    /// A curve without rows.
    public init(name: String, columns: Int) {
      self.name = name
      self.columns = columns
    }
  }

  /// A run of which nothing is known but when it began.
  public init(of sweep: String, startedAt: Double, writtenAt: Double) {
    self.sweep = sweep
    self.startedAt = startedAt
    self.writtenAt = writtenAt
    (done, running, waiting, failed, cancelled) = (0, 0, 0, 0, 0)
    (jobsPerHour, secondsLeft, awaitsCosts, mode) = (0, nil, nil, .running)
    (workers, attempts, heldBack) = ([], [], [:])
  }

  /// Jobs in all.
  public var total: Int { done + running + waiting + failed + cancelled }
}
