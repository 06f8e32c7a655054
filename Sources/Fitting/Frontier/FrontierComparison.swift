import Basics
import Glibc
public import SweepModel

/// The three approaches of Hoffmann et al. side by side, as far as the data can feed them.
public struct FrontierComparison: Hashable, Sendable {
  /// In the order of ``FrontierApproach``.
  public let results: [Result]

  /// What came of an approach.
  public struct Result: Hashable, Sendable {
    /// The approach.
    public let approach: FrontierApproach
    /// Its answer, or why there is none.
    public let outcome: Outcome

    /// The answer; nil when refused.
    public var answer: FrontierAnswer? {
      if case .found(let answer) = outcome { answer } else { nil }
    }
  }

  /// An answer, or why there is none.
  public enum Outcome: Hashable, Sendable {
    /// The answer.
    case found(FrontierAnswer)
    /// Full sentences with the remedy.
    case refused(String)
  }

  /// Finds optimal sizes.
  ///
  /// - Parameters:
  ///   - runs: Measurements, all numbers above 0.
  ///   - budgets: The C at which optima are told.
  ///   - objective: Of the parametric fit.
  ///   - resamples: Of every approach: of runs, of runs within budgets, and of points; 100 at least.
  ///   - seed: The bootstraps' seed.
  public init(
    _ runs: [FrontierRun], budgets: [Double],
    objective: FitRequest.Objective = .huber(delta: 1e-3), resamples: Int = 1000, seed: UInt64 = 1
  ) {
    let maker = Maker(
      runs: runs, budgets: budgets, objective: objective, resamples: resamples, seed: seed)
    results = FrontierApproach.allCases.map { approach in
      Result(
        approach: approach,
        outcome: {
          switch approach {
          case .envelope: maker.envelope()
          case .isoFlop: maker.isoFlop()
          case .parametric: maker.parametric()
          }
        }())
    }
  }
}

private struct Maker {
  let runs: [FrontierRun]
  let budgets: [Double]
  let objective: FitRequest.Objective
  let resamples: Int
  let seed: UInt64

  /// Optima on the envelope, and sizes among them, without which there is no law.
  private static let fewestOptima = 10
  private static let fewestSizes = 3

  func envelope() -> FrontierComparison.Outcome {
    let envelope = Envelope(runs)
    guard envelope.sizes >= 5 else {
      return .refused(
        "An envelope needs learning curves of at least 5 sizes, each with \(Envelope.fewest) "
          + "checkpoints or more, and there are \(envelope.sizes). Add checkpoints; where several runs "
          + "have one size, name the column that tells them apart with --run.")
    }
    let found = envelope.optima()
    let sizes = Set(found.map(\.parameters)).count
    guard found.count >= Self.fewestOptima, sizes >= Self.fewestSizes,
      let path = FrontierPath(found)
    else {
      return .refused(
        "The curves' envelope has \(counted(sizes, "size")) between the smallest and the largest of "
          + "those trained as far, and a law needs \(Self.fewestSizes). Train sizes beyond both ends, "
          + "or longer.")
    }
    let degrees = max(1, envelope.sizes - 2)
    let resampling = FrontierResampling(
      path: path, budgets: budgets, resamples: resamples, seed: seed,
      expansion: StudentT.quantile975(degrees: degrees) / StudentT.normal975
    ) { generator in
      envelope.optima(
        envelope.curves.indices.map { _ in
          Int.random(in: envelope.curves.indices, using: &generator)
        })
    }
    let count = envelope.curves.reduce(0) { $0 + $1.logC.count }
    return .found(
      resampling.answer(
        found, count: count,
        notes: [
          "\(counted(envelope.curves.count, "learning curve")) of \(counted(envelope.sizes, "size")); "
            + "\(sizes) sizes are best somewhere between the others. Checkpoints are taken as they are: "
            + "before the learning rate is annealed they are too high. b = 1 − a, since D* = C/6N*."
        ]))
  }

  func isoFlop() -> FrontierComparison.Outcome {
    guard let planned = budgetGroups() else {
      return .refused(
        "The runs are not of equal compute: fewer than three budgets C = 6·N·D have four sizes or more, "
          + "or most runs have no such budget. Name the column of budgets with --budget, or run "
          + "several sizes at each budget.")
    }
    let groups = planned.filter { group in
      IsoFlopFrontier.Parabola(fitting: group, budget: group[0].budget)?
        .judged(by: group, "y").misfit == nil
    }
    let found = optima(groups)
    guard let path = FrontierPath(found) else {
      return .refused(
        "Only \(counted(found.count, "budget")) of \(planned.count) have a parabola with its vertex "
          + "inside the runs, and a law needs three. Add sizes on the side where the metric still falls."
      )
    }
    let resampling = FrontierResampling(
      path: path, budgets: budgets, resamples: resamples, seed: seed,
      expansion: StudentT.quantile975(degrees: max(1, found.count - 2)) / StudentT.normal975
    ) { generator in
      optima(groups.map { IsoFlopFrontier.draw($0, &generator) })
    }
    let left = planned.count - found.count
    return .found(
      resampling.answer(
        found, count: groups.reduce(0) { $0 + $1.count },
        notes: [
          "\(counted(found.count, "parabola")) of y in log size"
            + (left > 0
              ? "; \(counted(left, "budget")) without a vertex inside the runs, or bent by diverged ones, left out"
              : "")
            + "."
        ]))
  }

  /// A vertex outside the runs is an extrapolation of a parabola, and no optimum.
  private func optima(_ groups: [[IsoFlopPoint]]) -> [FrontierAnswer.Found] {
    groups.compactMap { group in
      guard let parabola = IsoFlopFrontier.Parabola(fitting: group, budget: group[0].budget),
        parabola.curvature > 0,
        parabola.window.contains(parabola.log10Vertex), parabola.minimum > 0
      else { return nil }
      let size = pow(10, parabola.log10Vertex)
      return FrontierAnswer.Found(
        budget: parabola.budget, parameters: size, samples: parabola.budget / (6 * size),
        y: parabola.minimum)
    }
  }

  /// Runs by their own budgets, or by C = 6·N·D where that has steps.
  private func budgetGroups() -> [[IsoFlopPoint]]? {
    let points = runs.map {
      IsoFlopPoint(budget: $0.budget ?? $0.compute, size: $0.parameters, y: $0.y)
    }
    let kept = EqualBudgets.groups(points).filter { Set($0.points.map(\.size)).count >= 4 }.map {
      group in
      group.points.map { IsoFlopPoint(budget: group.budget, size: $0.size, y: $0.y) }
    }
    let isPlanned = runs.contains { $0.budget != nil }
    let share = Double(kept.reduce(0) { $0 + $1.count }) / Double(max(1, points.count))
    return kept.count >= 3 && (isPlanned || share >= 0.6) ? kept : nil
  }

  func parametric() -> FrontierComparison.Outcome {
    let points = runs.enumerated().map { index, run in
      FitPoint(
        x: run.parameters, further: [run.samples], y: run.y, cluster: isOfCurves ? run.run : index)
    }
    do {
      let fit = try Fitter.fit(
        points: points, form: .chinchilla, objective: objective,
        uncertainty: .bootstrap(resamples: resamples, seed: seed), budgets: [], selects: false)
      guard fit.isIdentified, let a = fit.derived.first(where: { $0.name == "a_opt" }),
        let b = fit.derived.first(where: { $0.name == "b_opt" })
      else {
        return .refused(
          fit.warnings.first { $0.code == .unidentified }?.message
            ?? "The fitted exponents have no least value at a fixed budget.")
      }
      return .found(
        FrontierAnswer(
          a: a, b: b,
          optima: budgets.compactMap { budget in
            fit.optimum(budget: budget, points: points).map { optimum in
              FrontierAnswer.Optimum(
                budget: budget, parameters: optimum.parameters, samples: optimum.samples,
                y: Estimate(
                  name: "y_opt", value: optimum.prediction.value,
                  ci95: optimum.prediction.confidence))
            }
          }, found: [], pointCount: points.count, notes: fit.warnings.map(\.message)))
    } catch {
      return .refused(error.description)
    }
  }

  /// True where some run has several checkpoints: they are not independent.
  private var isOfCurves: Bool { Set(runs.map(\.run)).count < runs.count }
}
