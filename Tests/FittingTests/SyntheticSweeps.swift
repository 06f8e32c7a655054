import Fitting
import Glibc
import SweepModel

/// Sweeps of every kind in which nothing is wrong, or one thing.
struct SyntheticSweep {
  var form = FitRequest.Form.power
  var points: [FitPoint] = []
  /// The seed of every point.
  var seeds: [Int] = []
  var objective = FitRequest.Objective.logLeastSquares

  var columns: [FitContext.Column] {
    Set(seeds).count > 1 ? [FitContext.Column(name: "seed", values: seeds)] : []
  }

  /// A power law, an offset one or L(N, D) at 8 … 60 places over 1.5 … 5 decades, 1 … 4 seeds, noise
  /// of 0.2 … 5 %, every third sweep with a noise that grows or shrinks by up to 2.5.
  static func clean(_ number: Int, _ noise: inout Noise) -> SyntheticSweep {
    let forms: [FitRequest.Form] = [.power, .power, .offset, .offset, .chinchilla]
    let seeds = [1, 1, 3, 2, 4, 1][number / 5 % 6]
    let size = 0.002 * pow(25, noise.uniform())
    let growth = number % 3 == 0 ? pow(2.5, 2 * noise.uniform() - 1) : 1
    let exponent = 0.1 + 0.5 * noise.uniform()
    let places = [8, 10, 12, 16, 24, 40, 60][number % 7]
    var sweep = SyntheticSweep(form: forms[number % 5])
    if number % 11 == 0 { sweep.objective = .huber(delta: 0.01) }
    if sweep.form == .chinchilla {
      let side = 4 + number % 3
      for i in 0..<side {
        for j in 0..<side {
          let (n, d) = (1e7 * pow(10, Double(i) * 2 / 4), 1e9 * pow(10, Double(j) * 2 / 4))
          let y = 1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
          for seed in 0..<min(2, seeds) {
            let error = min(0.01, size) * pow(growth, Double(i) / Double(side)) * noise.normal()
            sweep.points.append(
              FitPoint(x: n, further: [d], y: y * exp(error), cluster: i * side + j))
            sweep.seeds.append(seed)
          }
        }
      }
      return sweep
    }
    let decades = 1.5 + 3.5 * noise.uniform()
    let floor = sweep.form == .offset ? 0.2 + noise.uniform() : 0
    for place in 0..<places {
      let u = Double(place) / Double(places - 1)
      let y = floor + pow(10, -exponent * decades * u)
      for seed in 0..<seeds {
        sweep.points.append(
          FitPoint(
            x: 1000 * pow(10, decades * u), y: y * exp(size * pow(growth, u) * noise.normal()),
            cluster: place))
        sweep.seeds.append(seed)
      }
    }
    return sweep
  }

  /// The codes of what the residuals say.
  func diagnoses(named: Bool = true) throws -> [FitWarning] {
    let context = FitContext(columns: named ? columns : [], words: .table)
    let fit = try Fitter.fit(
      points: points, form: form, objective: objective, uncertainty: .none, context: context)
    return fit.warnings.filter { Self.codes.contains($0.code) }
  }

  static let codes: Set<FitWarning.Code> = [
    .dependentResiduals, .sharedEffect, .mixture, .outlier, .curvature, .reversal, .lackOfFit,
    .betterForm, .offsetIgnored, .finiteQuanta,
  ]
}
