import Fitting
import Glibc
import SweepModel
import Testing

/// A grid over (E/b, c) with the best prefactor at each place: no place is below the fit.
struct GlobalOptimumTests {
  static let seed: UInt64 = 11

  private func sweep(_ number: UInt64) -> [FitPoint] {
    var noise = Noise(seed: Self.seed &+ number &* 7919)
    let floor = [0, 0.02, 0.4, 3][Int(number % 4)]
    let spread = [0.003, 0.03, 0.15][Int(number % 3)]
    return (0..<9).flatMap { place in
      let x = 1e4 * pow(3, Double(place))
      return (0..<2).map { _ in
        FitPoint(
          x: x, y: (floor + 30 * pow(x, -0.35)) * exp(spread * noise.normal()), cluster: place)
      }
    }
  }

  private func rho(_ r: Double, _ objective: FitRequest.Objective) -> Double {
    guard let delta = objective.delta else { return r * r / 2 }
    return abs(r) <= delta ? r * r / 2 : delta * (abs(r) - delta / 2)
  }

  /// The least objective over b at a fixed E/b and c, by ternary search.
  private func least(
    _ points: [FitPoint], ratio: Double, exponent: Double, _ objective: FitRequest.Objective
  ) -> Double {
    // The curve is b(E/b + x^-c), so ln b is a shift, in which both objectives are convex.
    let shifts = points.map { log($0.y) - log(ratio + pow($0.x / 1e6, -exponent)) }
    func value(_ shift: Double) -> Double {
      shifts.reduce(0) { $0 + rho(shift - $1, objective) }
    }
    var low = shifts.min() ?? 0
    var high = shifts.max() ?? 0
    for _ in 0..<45 {
      let (a, b) = (low + (high - low) / 3, high - (high - low) / 3)
      if value(a) < value(b) { high = b } else { low = a }
    }
    return value((low + high) / 2)
  }

  @Test(
    arguments: 0..<12 as Range<UInt64>,
    [FitRequest.Objective.logLeastSquares, .huber(delta: 0.01)])
  func offset_noisySweeps_areBelowEveryPlaceOfAGrid(
    number: UInt64, objective: FitRequest.Objective
  ) throws {
    let points = sweep(number)
    let fit = try Fitter.fit(
      points: points, form: .offset, objective: objective, uncertainty: .none)
    #expect(fit.converged, "sweep \(number), gradient \(fit.scaledGradientNorm)")
    for step in 0..<16 {
      for place in 0..<16 {
        let ratio = place == 0 ? 0 : pow(10, -4 + Double(place) * 0.35)
        let exponent = 0.05 + Double(step) * 0.08
        let value = least(points, ratio: ratio, exponent: exponent, objective)
        #expect(
          fit.objectiveValue <= value * (1 + 1e-9),
          "seed \(Self.seed), sweep \(number): E/b \(ratio), c \(exponent)")
      }
    }
  }
}
