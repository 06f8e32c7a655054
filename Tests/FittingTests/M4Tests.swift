import Fitting
import Glibc
import SweepModel
import Testing

/// (L − E)/(1 − L)^alpha = b·x^-c at the ends of what it can be: alpha near 0, L near 1 and near E.
struct M4Tests {
  /// L by bisection of ln(1 − L), independent of the fitter's solution.
  private func loss(_ x: Double, _ truth: [Double]) -> Double {
    let (floor, alpha) = (truth[0], truth[3])
    let z = log(truth[1]) - truth[2] * log(x)
    var (low, high) = (-745.0, log1p(-floor))
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      // Falls as ln(1 − L) grows.
      let excess = -expm1(middle) - floor
      if excess > 0, log(excess) - alpha * middle > z { low = middle } else { high = middle }
    }
    return -expm1(0.5 * (low + high))
  }

  private func points(_ truth: [Double], from first: Double, to last: Double) -> [FitPoint] {
    (0..<24).compactMap { place in
      let x = first * pow(last / first, Double(place) / 23)
      let y = loss(x, truth)
      return y < 1 ? FitPoint(x: x, y: y, cluster: place) : nil
    }
  }

  @Test(arguments: [0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.5, 1, 3])
  func exactLaw_anyAlpha_comesOutExactly(alpha: Double) throws {
    for truth in [[0.1, 40, 0.35, alpha], [0, 40, 0.35, alpha], [0.002, 0.5, 0.2, alpha]] {
      let points = points(truth, from: 30, to: 1e9)
      let fit = try Fitter.fit(points: points, form: .m4, uncertainty: .none, selects: false)
      #expect(fit.objectiveValue < 1e-16, "\(truth): \(fit.objectiveValue)")
      for (parameter, value) in zip(fit.parameters, truth) {
        #expect(
          abs(parameter.value - value) < 1e-6 * max(0.01, value),
          "\(truth): \(parameter.name) \(parameter.value)")
      }
    }
  }

  /// ln L and its two tails, against bisection.
  @Test(arguments: [0.01, 0.3, 1, 2.5])
  func curve_nearItsEnds_keepsItsDigits(alpha: Double) {
    let truth = [0.1, 40, 0.35, alpha]
    let curve = ScalingCurve(form: .m4, values: truth)
    for decade in stride(from: -12.0, through: 40, by: 1) {
      let x = pow(10, decade)
      let (value, exact) = (curve.prediction(at: x), loss(x, truth))
      #expect(abs(value - exact) <= 2e-15 * exact, "alpha \(alpha), x \(x): \(value), \(exact)")
    }
  }

  /// `m4.csv` holds the law E 0.1, b 40, c 0.35, alpha 0.02 with its six largest losses clipped to
  /// 0.9999: the ten others give it exactly, and least absolute deviations give it from all.
  @Test
  func m4csv_unclippedRows_giveTheLawExactly() throws {
    let all = try Cases.table("m4.csv").points(["x"], "y")
    let rows = all.filter { $0.y != 0.9999 }
    #expect(rows.count == 10)
    let fits = [
      try Fitter.fit(points: rows, form: .m4, uncertainty: .none, selects: false),
      try Fitter.fit(
        points: all, form: .m4, objective: .leastAbsolute, uncertainty: .none, selects: false),
    ]
    #expect(fits[0].objectiveValue < 1e-16)
    for fit in fits {
      for (name, value) in [("E", 0.1), ("b", 40), ("c", 0.35), ("alpha", 0.02)] {
        Cases.expect(fit, name, value, relative: 1e-6)
      }
    }
    let whole = try Fitter.fit(points: all, form: .m4, uncertainty: .none, selects: false)
    // ½ Σ r² at the law itself is 2.9981e-8: six clipped rows, 1e-4 each.
    #expect(whole.objectiveValue < 2.9981e-8)
    Cases.expect(whole, "alpha", 0.02, relative: 1e-5)
  }
}
