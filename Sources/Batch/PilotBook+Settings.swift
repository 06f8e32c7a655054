extension PilotBook {
  /// Its rules, in seconds.
  public struct Settings: Hashable, Sendable {
    /// The most allocations at once.
    public var count: Int
    /// Threads of each.
    public var threads: Int
    /// How long each lasts.
    public var seconds: Double
    /// Between two questions to the system while something changes.
    public var busyPause = 60.0
    /// The same when nothing has changed for as long.
    public var quietPause = 180.0
    /// Between two questions what became of a submission that nobody has answered.
    public var unsurePause = 30.0
    /// Before an answer that told of nothing at all is believed, it is asked for again.
    public var doubtPause = 15.0
    /// How long one may be suspended and silent before its jobs go elsewhere.
    public var suspensionPatience = 240.0
    /// Between two looks into the shared folder, which cost the system nothing.
    public var lookPause = 3.0
    /// How long to wait after so many failures in a row before asking for more.
    public var patience = [0.0, 60, 900, 1800, 3600]
    /// Refused submissions in a row after which a person has to look.
    public var mostRefusals = 10
    /// Allocations in a row that ended without having been a worker, after which a person has to look.
    public var mostStillborn = 3
    /// The most allocations in one array.
    public var largestArray = 1000

    /// Creates settings.
    public init(count: Int, threads: Int, seconds: Double) {
      self.count = count
      self.threads = threads
      self.seconds = seconds
    }
  }
}
