import Basics
import Fitting
import SweepModel

/// A sweep run again on paper: runs are chosen one after another, their results looked up.
struct Replay {
  /// Who chooses.
  enum Strategy: String, CaseIterable {
    case quanta
    case dOptimal = "D-optimal"
    case dOptimalPerCost = "D-optimal per cost"
    case cheapest = "cheapest first"
    case random
  }

  let grid: ReplayGrid
  let resamples: Int
  /// Runs that are made at once.
  let slots: Int

  /// What it came to.
  struct Outcome {
    let cost: Double
    let runs: Int
    let fit: Fit?
    /// The interval became narrow enough before all was run.
    let reached: Bool
  }

  /// Chooses until the interval is `target` wide, by the same rule whoever chooses.
  func play(_ strategy: Strategy, target: Double, _ generator: inout SplitMix64) -> Outcome {
    let rule = SequentialDesign(form: grid.form, target: target)
    var done: [Int] = []
    var open = Array(grid.runs.indices)
    if strategy == .random { open.shuffle(using: &generator) }
    if strategy == .cheapest { open.sort { grid.runs[$0].cost < grid.runs[$1].cost } }
    while true {
      let points = done.flatMap { grid.runs[$0].points }
      let fit = done.isEmpty ? nil : grid.fit(done, resamples: resamples)
      let candidates = open.map(grid.experiment)
      let decision = rule.decide(
        fit: fit, points: points, pending: [], candidates: candidates,
        spent: done.reduce(0) { $0 + grid.runs[$1].cost })
      guard case .run(let plan) = decision, !plan.isEmpty else {
        return Outcome(
          cost: done.reduce(0) { $0 + grid.runs[$1].cost }, runs: done.count, fit: fit,
          reached: decision == .enough)
      }
      let ranked =
        switch strategy {
        case .quanta: plan
        case .random, .cheapest: Array(candidates.indices)
        case .dOptimal, .dOptimalPerCost:
          determinant(fit, points, candidates, perCost: strategy == .dOptimalPerCost) ?? plan
        }
      let chosen = Set(ranked.prefix(slots))
      done += chosen.sorted().map { open[$0] }
      open = open.indices.filter { !chosen.contains($0) }.map { open[$0] }
    }
  }

  private func determinant(
    _ fit: Fit?, _ points: [FitPoint], _ candidates: [Experiment], perCost: Bool
  ) -> [Int]? {
    guard let fit, let design = OptimalDesign(fit: fit, points: points) else { return nil }
    let alike = candidates.map {
      Experiment(cluster: $0.cluster, inputs: $0.inputs, cost: perCost ? $0.cost : 1)
    }
    return design.ranking(of: alike, by: .determinant).map(\.index)
  }
}
