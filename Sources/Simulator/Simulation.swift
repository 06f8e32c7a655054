import Basics

/// One seed's simulation: the production scheduler against a simulated cluster.
public struct Simulation: Sendable {
  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// The seed.
    public let seed: UInt64
    /// Broken promises, each with its checker and time; empty when all is well.
    public let violations: [String]
    /// Faults injected.
    public let faults: FaultCounts
    /// Events simulated.
    public let events: Int
    /// Second attempts that began beside a straggler.
    public let overtakes: Int
    /// Virtual time, seconds.
    public let virtualSeconds: Double
    /// Equal for equal runs.
    public let digest: UInt64
  }

  /// Simulates a seed; the same seed gives the same outcome and the same trace in every process.
  ///
  /// - Parameters:
  ///   - seed: decides everything.
  ///   - trace: called with a line for everything that happens.
  public static func run(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
    run(Scenario(seed: seed), seed: seed, trace: trace)
  }

  static func run(
    _ scenario: Scenario, seed: UInt64, parts: Parts = Parts(), trace: ((String) -> Void)? = nil
  ) -> Outcome {
    let world = World(scenario, seed: seed, parts: parts, trace: trace)
    world.run()
    return Outcome(
      seed: seed, violations: world.checkers.violations, faults: world.counts,
      events: world.events, overtakes: world.overtakes, virtualSeconds: world.now,
      digest: world.digest.value)
  }
}
