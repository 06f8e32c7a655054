import Fitting
import Glibc
import SweepModel
import Testing

/// A form is never worse than one that it contains, nor than itself with a parameter held.
struct NestingTests {
  static let seed: UInt64 = 31

  static let chains: [[FitRequest.Form]] = [
    [.power, .offset, .shifted, .bnsl1, .bnsl2, .bnsl3], [.offset, .m4],
  ]

  static let objectives: [FitRequest.Objective] = [
    .logLeastSquares, .leastSquares, .huber(delta: 0.01), .leastAbsolute,
  ]

  /// Breaks, rises and floors under noise; weights of a decade on every third curve.
  private func curve(_ number: Int) -> [FitPoint] {
    var noise = Noise(seed: Self.seed &+ UInt64(number) &* 7919)
    let slopes = [(0.3, 0.2), (0.1, 0.5), (0.4, -0.6), (-0.1, 0.4)][number % 4]
    let floor = [0, 0.05, 0.002][number % 3]
    return (0..<(16 + 4 * (number % 2))).map { place in
      let x = 100 * pow(1.8, Double(place))
      let bend = pow(1 + pow(x / 2e4, 2), -0.5 * slopes.1)
      let y = floor + 0.8 * pow(x, -slopes.0) * bend
      return FitPoint(
        x: x, y: y * exp([0.002, 0.03][number % 2] * noise.normal()),
        weight: number % 3 == 0 ? pow(10, Double(place % 4) / 3) : 1, cluster: place)
    }
  }

  private func value(
    _ points: [FitPoint], _ form: FitRequest.Form, _ objective: FitRequest.Objective,
    held: [String: Double] = [:]
  ) throws -> Double {
    try Fitter.fit(
      points: points, form: form, objective: objective, held: held, uncertainty: .none,
      selects: false
    ).objectiveValue
  }

  /// M4 is defined for L < 1 only: it contains those offset laws that are nowhere above.
  private func isBelowOne(
    _ points: [FitPoint], _ objective: FitRequest.Objective
  ) throws -> Bool {
    let fit = try Fitter.fit(
      points: points, form: .offset, objective: objective, uncertainty: .none, selects: false)
    return points.allSatisfy { $0.y < 1 && fit.prediction(at: $0.x) < 1 }
  }

  @Test(arguments: 0..<6, objectives)
  func largerForm_anyObjective_isNeverWorse(number: Int, objective: FitRequest.Objective) throws {
    let points = curve(number)
    for chain in Self.chains {
      var least = Double.infinity
      for form in chain where form != .bnsl3 || number < 2 {
        if form == .m4, try !isBelowOne(points, objective) { continue }
        let value = try value(points, form, objective)
        #expect(value <= least * (1 + 1e-8), "seed \(Self.seed), curve \(number): \(form)")
        least = min(least, value)
      }
    }
  }

  @Test(arguments: 0..<6)
  func freeForm_isNeverWorseThanHeld(number: Int) throws {
    let points = curve(number)
    for form: FitRequest.Form in [.offset, .shifted, .bnsl1, .bnsl2] {
      let free = try value(points, form, .logLeastSquares)
      for held in [["E": 0.0], form.parameters.contains { $0.name == "c1" } ? ["c1": 0.3] : [:]] {
        let bound = try value(points, form, .logLeastSquares, held: held)
        #expect(free <= bound * (1 + 1e-8), "seed \(Self.seed), curve \(number): \(form), \(held)")
      }
    }
  }

  @Test(arguments: objectives)
  func bivariate_anyObjective_isNeverWorseThanTied(objective: FitRequest.Objective) throws {
    for number in 0..<4 {
      var noise = Noise(seed: Self.seed &+ UInt64(number))
      let points = (0..<24).map { place in
        let (n, d) = (1e7 * exp(2 + 2 * noise.normal()), 1e9 * exp(2 * noise.normal()))
        let epochs = Double(1 + place % 3 * 4)
        let loss = 1.5 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)
        return FitPoint(
          x: n, further: [d, d / epochs], y: loss * exp(0.01 * noise.normal()), cluster: place)
      }
      let two = points.map {
        FitPoint(x: $0.x, further: [$0.inputs[1]], y: $0.y, cluster: $0.cluster)
      }
      let tied = try value(two, .chinchillaTied, objective)
      let free = try value(two, .chinchilla, objective)
      let repeated = try value(points, .repeated, objective)
      #expect(free <= tied * (1 + 1e-8), "seed \(Self.seed), \(number)")
      #expect(repeated <= free * (1 + 1e-8), "seed \(Self.seed), \(number)")
    }
  }

  /// Curves on which one basin was taken for all.
  @Test(arguments: [("olmo3b.csv", 3.190483e-4), ("stress2.csv", 9.074852e-8)])
  func oneBreak_attackCurves_reachTheBestBasin(file: String, value: Double) throws {
    let points = try Cases.table(file).points(["x"], "y")
    let fit = try Fitter.fit(points: points, form: .bnsl1, uncertainty: .none, selects: false)
    #expect(fit.objectiveValue <= value * (1 + 1e-6), "\(fit.objectiveValue)")
    #expect(fit.converged)
  }
}
