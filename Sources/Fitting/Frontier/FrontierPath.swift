import Basics
import Glibc
import SweepModel

/// Power laws through optima: N*(C), D*(C), and the metric E + k·C^-g, which takes four optima: a law
/// without a floor would be too low far out.
struct FrontierPath {
  private let parameters: Line
  private let samples: Line
  private let metric: ScalingCurve?

  /// Nil below three optima.
  init?(_ found: [FrontierAnswer.Found]) {
    guard found.count >= 3 else { return nil }
    let budgets = found.map { log($0.budget) }
    parameters = Line(budgets, found.map { log($0.parameters) })
    samples = Line(budgets, found.map { log($0.samples) })
    let points = found.enumerated().map { FitPoint(x: $1.budget, y: $1.y, cluster: $0) }
    metric = try? Fitter.fit(points: points, form: .offset, uncertainty: .none, selects: false)
      .curve
  }

  /// a, b, then for each budget ln N*, ln D* and ln y, not a number where there is no law.
  func numbers(at budgets: [Double]) -> [Double] {
    [parameters.slope, samples.slope]
      + budgets.flatMap { budget in
        [parameters, samples].map { $0.intercept + $0.slope * log(budget) }
          + [metric.map { log($0.prediction(at: budget)) } ?? .nan]
      }
  }
}

/// Optima with what resampling says of them.
struct FrontierResampling {
  let path: FrontierPath
  let budgets: [Double]
  /// The factor on the percentiles' distances.
  let expansion: Double
  private let replicates: Replicates

  /// Draws `resamples` times; a draw without three optima is left out.
  init(
    path: FrontierPath, budgets: [Double], resamples: Int, seed: UInt64, expansion: Double,
    draw: (inout SplitMix64) -> [FrontierAnswer.Found]
  ) {
    self.path = path
    self.budgets = budgets
    self.expansion = expansion
    var replicates = Replicates(width: 2 + 3 * budgets.count)
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      guard let drawn = FrontierPath(draw(&generator)) else { continue }
      replicates.append(drawn.numbers(at: budgets))
    }
    self.replicates = replicates
  }

  func answer(_ found: [FrontierAnswer.Found], count: Int, notes: [String]) -> FrontierAnswer {
    let values = path.numbers(at: budgets)
    func estimate(_ name: String, _ place: Int) -> Estimate {
      let isLogarithmic = place > 1
      return Bootstrap.estimate(
        Functional(name: name, isLogarithmic: isLogarithmic) {
          isLogarithmic ? exp($0[place]) : $0[place]
        }, values, replicates, expansion: expansion)
    }
    return FrontierAnswer(
      a: estimate("a", 0), b: estimate("b", 1),
      optima: budgets.enumerated().map { index, budget in
        let place = 2 + 3 * index
        return FrontierAnswer.Optimum(
          budget: budget, parameters: estimate("N_opt", place),
          samples: estimate("D_opt", place + 1),
          y: values[place + 2].isFinite ? estimate("y_opt", place + 2) : nil)
      }, found: found, pointCount: count, notes: notes)
  }
}
