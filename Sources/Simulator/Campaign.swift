/// Many seeds, on many threads; what comes of it does not depend on the threads.
public struct Campaign: Sendable {
  /// Sums over all seeds.
  public struct Report: Hashable, Sendable {
    /// Seeds simulated.
    public fileprivate(set) var seeds = 0
    /// Seeds that broke a promise.
    public fileprivate(set) var violations = 0
    /// The least of them, with what it broke.
    public fileprivate(set) var firstFailure: Simulation.Outcome?
    /// Faults injected.
    public fileprivate(set) var faults = FaultCounts()
    /// Events simulated.
    public fileprivate(set) var events = 0
    /// Second attempts that began beside stragglers.
    public fileprivate(set) var overtakes = 0
    /// Virtual time, whole seconds of every seed.
    public fileprivate(set) var virtualSeconds = 0
    /// Equal for equal campaigns.
    public fileprivate(set) var digest: UInt64 = 0

    fileprivate mutating func add(_ outcome: Simulation.Outcome) {
      seeds += 1
      faults.add(outcome.faults)
      events += outcome.events
      overtakes += outcome.overtakes
      virtualSeconds += Int(outcome.virtualSeconds)
      digest &+= outcome.digest &* (outcome.seed | 1)
      guard !outcome.violations.isEmpty else { return }
      violations += 1
      fail(outcome)
    }

    private mutating func fail(_ outcome: Simulation.Outcome) {
      if let known = firstFailure, known.seed <= outcome.seed { return }
      firstFailure = outcome
    }

    fileprivate mutating func add(_ other: Report) {
      seeds += other.seeds
      violations += other.violations
      faults.add(other.faults)
      events += other.events
      overtakes += other.overtakes
      virtualSeconds += other.virtualSeconds
      digest &+= other.digest
      if let failure = other.firstFailure { fail(failure) }
    }
  }

  /// Simulates `count` seeds from `first` on.
  public static func run(first: UInt64, count: Int, threads: Int) async -> Report {
    await withTaskGroup(of: Report.self) { group in
      for thread in 0..<threads {
        group.addTask {
          var report = Report()
          for offset in stride(from: thread, to: count, by: threads) {
            report.add(Simulation.run(seed: first &+ UInt64(offset)))
          }
          return report
        }
      }
      return await group.reduce(into: Report()) { $0.add($1) }
    }
  }
}
