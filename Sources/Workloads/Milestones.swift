import Basics
import SweepModel
import Training

/// The first evaluated steps at which metrics reached their thresholds.
///
/// A metric that has not done so by the end is right-censored, not missing: its scalar `steps.NAME`
/// holds the job's steps as a lower bound, and `steps.NAME.reached` is 0 instead of 1.
struct Milestones: Sendable, Equatable {
  /// A metric's name and threshold; a metric reaches it from below.
  struct Goal: Sendable, Equatable {
    let name: String
    let threshold: Double
    /// True when the metric must exceed the threshold.
    var isStrict = false
  }

  let goals: [Goal]
  private var found: [Int]

  /// Nothing is reached yet.
  init(_ goals: [Goal]) {
    self.goals = goals
    found = goals.map { _ in 0 }
  }

  /// Takes in all metrics after a step, in the order of the goals.
  mutating func add(step: Int, _ values: [Double]) {
    for (index, goal) in goals.enumerated() where found[index] == 0 {
      let value = values[index]
      if goal.isStrict ? value > goal.threshold : value >= goal.threshold { found[index] = step }
    }
  }

  /// Two scalars a goal, after so many steps.
  func scalars(steps: Int) -> [JobResult.Scalar] {
    zip(goals, found).flatMap { goal, step in
      [
        JobResult.Scalar("steps.\(goal.name)", Double(step > 0 ? step : steps)),
        JobResult.Scalar("steps.\(goal.name).reached", step > 0 ? 1 : 0),
      ]
    }
  }

  /// Appends what was reached to a checkpoint.
  func write(to writer: inout ByteWriter) { writer.write(found) }

  /// Takes up what had been reached at a checkpoint after `step` steps.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    found = try reader.integers()
    guard found.count == goals.count, found.allSatisfy({ (0...step).contains($0) }) else {
      throw reader.damage("its thresholds were not reached by step \(step)")
    }
  }
}
