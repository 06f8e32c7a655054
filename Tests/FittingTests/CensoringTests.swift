import Glibc
import SweepModel
import Testing

@testable import Fitting

/// Points of which only an upper bound is known.
@Suite struct CensoringTests {
  /// y = 3·x^-0.4, a little off.
  private static let exact = (0..<8).map { place -> FitPoint in
    let x = 100 * pow(2, Double(place))
    return FitPoint(x: x, y: 3 * pow(x, -0.4) * (place % 2 == 0 ? 1.01 : 0.99), cluster: place)
  }

  private func bound(_ x: Double, _ y: Double) -> FitPoint {
    FitPoint(x: x, y: y, cluster: 99, isUpperBound: true)
  }

  private func fit(
    _ points: [FitPoint], _ form: FitRequest.Form = .power,
    _ objective: FitRequest.Objective = .logLeastSquares
  ) throws -> Fit {
    try Fitter.fit(
      points: points, form: form, objective: objective, uncertainty: .none, selects: false)
  }

  @Test(arguments: [FitRequest.Objective.logLeastSquares, .leastSquares, .huber(delta: 1e-2)])
  func aBoundThatHolds_changesNothing(_ objective: FitRequest.Objective) throws {
    let alone = try fit(Self.exact, .power, objective)
    let with = try fit(Self.exact + [bound(1e5, 1)], .power, objective)
    #expect(abs(with.exponent.value - alone.exponent.value) < 1e-9)
    #expect(abs(with.objectiveValue - alone.objectiveValue) < 1e-12)
    #expect(with.boundCount == 1 && with.pointCount == 9)
    #expect(abs(with.rmsLogResidual - alone.rmsLogResidual) < 1e-9)
  }

  @Test func aBoundThatIsBroken_pullsTheCurve_andTheObjectiveIsAsDefined() throws {
    let x = 1e5
    let low = bound(x, 0.5 * 3 * pow(x, -0.4))
    let points = Self.exact + [low]
    let fit = try fit(points)
    #expect(fit.exponent.value > (try self.fit(Self.exact)).exponent.value + 0.02)
    func objective(_ b: Double, _ c: Double) -> Double {
      points.reduce(0) { sum, point in
        let r = log(b) - c * log(point.x) - log(point.y)
        let counted = point.isUpperBound ? max(r, 0) : r
        return sum + 0.5 * counted * counted
      }
    }
    let (b, c) = (try #require(fit.parameter("b")).value, fit.exponent.value)
    let least = objective(b, c)
    #expect(abs(least / fit.objectiveValue - 1) < 1e-10)
    for (db, dc) in [(1e-4, 0), (-1e-4, 0), (0, 1e-4), (0, -1e-4), (1e-4, 1e-5), (-1e-4, -1e-5)] {
      #expect(objective(b * (1 + db), c + dc) > least)
    }
  }

  @Test func bounds_areNoPlaces_andLADRefusesThem() throws {
    let few = Array(Self.exact.prefix(2)) + [bound(1e5, 1)]
    #expect(throws: FitError.tooFewPoints(form: .power, distinct: 2, needed: 3)) {
      try self.fit(few)
    }
    #expect(throws: FitError.boundWithLAD) {
      try self.fit(Self.exact + [bound(1e5, 1)], .power, .leastAbsolute)
    }
  }

  @Test func bootstrap_withABound_hasAnInterval() throws {
    let fit = try Fitter.fit(
      points: Self.exact + [bound(1e5, 0.9 * 3 * pow(1e5, -0.4))],
      uncertainty: .bootstrap(resamples: 200, seed: 1))
    #expect(fit.exponent.ci95?.contains(fit.exponent.value) == true)
  }

  /// A prefactor of 0 has no logarithm; a replay of real isoFLOP runs met one and crashed.
  @Test func interval_aroundNothingFinite_isInfinite() {
    #expect(
      Bootstrap.interval(around: -.infinity, replicates: [1, 2], expansion: 1)
        == -.infinity ... .infinity)
    #expect(
      Bootstrap.interval(around: 1, replicates: [], expansion: 1) == -.infinity ... .infinity)
  }
}
