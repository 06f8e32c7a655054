import SweepModel

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
  /// What holds the run back or ends it: empty, `paused`, `draining`, `stopping`;
  /// `suspended` only where somebody sees that its process is stopped.
  public var mode: String
  /// Every host of the run.
  public var workers: [Worker]
  /// Every running attempt.
  public var attempts: [Attempt]
  /// Why waiting jobs do not start even where cores are free, by key: the first thousand of those
  /// that wait for their back-off or for a larger host.
  public var heldBack: [String: String]

  /// One host.
  public struct Worker: Codable, Hashable, Sendable {
    /// The host's name.
    public var name: String
    /// `connecting`, `ready`, `busy`, `resting` (it loses what it gets), `lost`, `failed`, `closed`,
    /// `waiting` (its worker serves another run), `duplicate` (it is the same worker as another
    /// host).
    public var state: String
    /// Cores that jobs may use.
    public var cores: Int
    /// Cores that jobs use.
    public var coresInUse: Int
    /// When its worker last said something, seconds since 1970 UTC; nil while it is not ready.
    public var heardAt: Double?
    /// How busy it is: `1/4 cores`; `7 threads on 2 cores` where an earlier run gave out more.
    public var load: String {
      coresInUse > cores && cores > 0
        ? "\(coresInUse) threads on \(counted(cores, "core"))" : "\(coresInUse)/\(cores) cores"
    }
    /// Why it is not ready; what a person should know of it otherwise.
    public var message: String
  }

  /// One running attempt.
  public struct Attempt: Codable, Hashable, Sendable {
    /// The job's key.
    public var job: String
    /// The try's number.
    public var number: Int
    /// The host's name.
    public var worker: String
    /// Threads.
    public var threads: Int
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
  }

  /// Jobs in all.
  public var total: Int { done + running + waiting + failed + cancelled }
}
