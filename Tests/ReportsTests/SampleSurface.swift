import Analysis
import Fitting
import Glibc
import SweepModel

/// A made-up table of runs over parameters and tokens.
enum SampleSurface {
  /// L = 1.7 + 400·N^-0.34 + 400·D^-0.28 on a 5 × 4 grid, with a little noise.
  static let points = (0..<20).map { index -> FitPoint in
    let (n, d) = (1e7 * pow(4, Double(index / 4)), 1e9 * pow(5, Double(index % 4)))
    let loss = 1.7 + 400 * pow(n, -0.34) + 400 * pow(d, -0.28)
    return FitPoint(
      x: n, further: [d], y: loss * exp(0.003 * sin(Double(9 * index))), weight: 2,
      cluster: index / 2, stratum: index % 2)
  }

  static func report(
    uncertainty: Uncertainty = .bootstrap(resamples: 100), selects: Bool = false
  ) throws -> FitReport {
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: uncertainty, selects: selects)
    return FitReport(
      source: "data/runs.csv",
      request: FitRequest(name: "f", x: "n", further: ["d"], y: "loss", form: .chinchilla),
      groups: [
        FitGroup(
          labels: [.init(name: "task", value: "a, \"b\"")], points: points,
          names: points.indices.map { .line($0 + 2) }, outcome: .fitted(fit))
      ])
  }
}
