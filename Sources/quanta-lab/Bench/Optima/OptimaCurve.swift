import Fitting
import Glibc
import SweepModel

/// A curve on which the fitter's minima are checked, and the forms that it carries.
struct OptimaCurve {
  let name: String
  let points: [FitPoint]
  let forms: [FitRequest.Form]

  /// All forms of one input that have a degree of freedom left.
  init(_ name: String, _ pairs: [(x: Double, y: Double)]) {
    self.name = name
    points = pairs.enumerated().map { FitPoint(x: $1.x, y: $1.y, cluster: $0) }
    let distinct = Set(pairs.map(\.x)).count
    let isBelowOne = pairs.allSatisfy { $0.y < 1 }
    forms = FitRequest.Form.allCases.filter {
      $0.inputCount == 1 && distinct > $0.parameters.count && ($0 != .m4 || isBelowOne)
    }
  }

  /// A curve of several inputs.
  init(_ name: String, _ forms: [FitRequest.Form], _ points: [FitPoint]) {
    self.name = name
    self.points = points
    self.forms = forms
  }

  /// L(N, D) for two terms, and the same as L(C, M) with C = 6·N·D and M = D/N.
  static func bivariate(_ name: String, _ points: [FitPoint]) -> [OptimaCurve] {
    let budgets = points.map { point in
      FitPoint(
        x: 6 * point.x * point.inputs[1], further: [point.inputs[1] / point.x], y: point.y,
        cluster: point.cluster)
    }
    return [
      OptimaCurve(name, [.chinchilla, .chinchillaTied], points),
      OptimaCurve("\(name), C and M", [.overtrained], budgets),
    ]
  }

  /// The same with every so many points' y an upper bound only, a little above.
  func censored(every stride: Int) -> OptimaCurve {
    let points = points.enumerated().map { index, point in
      let isBound = index % stride == stride - 1
      return FitPoint(
        x: point.x, further: Array(point.inputs.dropFirst()), y: point.y * (isBound ? 1.02 : 1),
        weight: point.weight, cluster: point.cluster, isUpperBound: isBound)
    }
    return OptimaCurve(name, forms.filter { $0 != .m4 || points.allSatisfy { $0.y < 1 } }, points)
  }
}
