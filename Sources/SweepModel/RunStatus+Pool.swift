extension RunStatus {
  /// What a batch system lends to a run.
  public struct Pool: Codable, Hashable, Sendable {
    /// Why some allocations wait.
    public struct Reason: Codable, Hashable, Sendable {
      /// In the system's words.
      public var words: String
      /// What that means, and what to do; nil where it is their turn that they wait for.
      public var means: String?
      /// How many.
      public var count: Int

      /// A reason.
      public init(_ words: String, means: String?, count: Int) {
        self.words = words
        self.means = means
        self.count = count
      }
    }

    /// The pool's name.
    public var name: String
    /// The batch system, as people write it.
    public var system: String
    /// Allocations whose workers have come.
    public var running: Int
    /// Allocations that the system says run, and whose workers have not come.
    public var beginning: Int
    /// Allocations that wait.
    public var waiting: Int
    /// Allocations that could be kept busy.
    public var useful: Int
    /// Why they wait, the most frequent reasons first, five at most.
    public var reasons: [Reason]
    /// Why the last submission was refused, with what to do; nil when it was not.
    public var refusal: String?
    /// When more are asked for, where that has to wait, seconds since 1970 UTC.
    public var asksAt: Double?
    /// Why no more are asked for; nil while they are.
    public var settled: String?
    /// How often the system was called.
    public var calls: Int

    /// A pool of which nothing is known yet.
    public init(_ name: String, system: String) {
      self.name = name
      self.system = system
      (running, beginning, waiting, useful, reasons, calls) = (0, 0, 0, 0, [], 0)
    }
  }
}
