import Basics
import Foundation
import SweepModel
import Testing

@testable import Fitting

/// How sure fits are whose loss grows as |r|.
struct RobustErrorTests {
  private static let huber = FitRequest.Objective.huber(delta: 1e-3)

  /// Two runs at every place, one 5 % above the other: a loss that grows as |r| does not care where
  /// between them a curve runs.
  private static func pairs() -> [FitPoint] {
    var generator = SplitMix64(seed: 31, stream: 0)
    return (0..<8).flatMap { size in
      (0..<10).flatMap { step in
        let (n, d) = (pow(10, 7 + 3 * Double(size) / 7), pow(10, 8.3 + 3.2 * Double(step) / 9))
        return [1, 1.05].map { factor in
          let y = (1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)) * factor
          return FitPoint(
            x: n, further: [d], y: y * exp(1e-3 * generator.standardNormal()),
            cluster: 10 * size + step)
        }
      }
    }
  }

  @Test(arguments: [Uncertainty.asymptotic, .bootstrap(resamples: 100)])
  func huber_betweenPairs_saysThatNothingIsIdentified(uncertainty: Uncertainty) throws {
    let points = Self.pairs()
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, objective: Self.huber, uncertainty: uncertainty,
      selects: false)
    #expect(fit.warnings.contains { $0.code == .unidentified })
    let alpha = try #require(fit.parameters.first { $0.name == "alpha" })
    let interval = try #require(alpha.ci95)
    #expect(!alpha.isIdentified)
    for floor in [1.7, 1.78] {
      let held = try Fitter.fit(
        points: points, form: .chinchilla, objective: Self.huber, held: ["E": floor],
        uncertainty: .none, selects: false)
      #expect(held.objectiveValue < fit.objectiveValue * (1 + 1e-9))
      let other = try #require(held.parameters.first { $0.name == "alpha" })
      #expect(interval.contains(other.value))
    }
  }

  @Test(arguments: [
    (FitRequest.Objective.huber(delta: 1e-3), 20), (.leastAbsolute, 20), (huber, 8),
  ])
  func linearisedErrors_ofRobustLosses_coverOneInTwenty(
    objective: FitRequest.Objective, count: Int
  ) throws {
    var generator = SplitMix64(seed: 7, stream: UInt64(count))
    let sweeps = 200
    var covered = 0
    for _ in 0..<sweeps {
      let points = (0..<count).map { index in
        let x = pow(10, 5 + 4 * Double(index) / Double(count - 1))
        let noise = exp(0.02 * generator.standardNormal())
        return FitPoint(x: x, y: 3 * pow(x, -0.1) * noise, cluster: index)
      }
      let fit = try Fitter.fit(
        points: points, objective: objective, uncertainty: .asymptotic, selects: false)
      let interval = try #require(fit.parameters[1].ci95)
      if interval.contains(0.1) { covered += 1 }
    }
    #expect(covered >= 180 && covered <= 199)
  }

  @Test func resamples_thatAllEndAlike_giveWayToLinearisedErrors() throws {
    let points = (0..<20).flatMap { index in
      let x = pow(10, 5 + 4 * Double(index) / 19)
      return [0.975, 1.025].map { FitPoint(x: x, y: 3 * pow(x, -0.1) * $0, cluster: index) }
    }
    let fit = try Fitter.fit(
      points: points, objective: Self.huber, held: ["c": 0.1],
      uncertainty: .bootstrap(resamples: 100), selects: false)
    let prefactor = fit.parameters[0]
    let interval = try #require(prefactor.ci95)
    #expect(interval.upperBound - interval.lowerBound > 0.02)
    #expect(try #require(prefactor.standardError) > 0.005)
    #expect(fit.warnings.contains { $0.code == .noInterval })
  }
}
