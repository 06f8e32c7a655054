import Foundation
import SweepModel
import Testing

@testable import Fitting

/// The three approaches on data whose compute-optimal exponents are known.
@Suite struct FrontierTests {
  private static let truth = ScalingCurve(form: .chinchilla, values: [1.7, 400, 410, 0.34, 0.28])
  private static let a = 0.28 / 0.62

  /// Learning curves: 14 sizes, 25 checkpoints each over three decades of D.
  private func curves(noise: Double, seed: UInt64 = 1) -> [FrontierRun] {
    var generator = Noise(seed: seed)
    return (0..<14).flatMap { size in
      let n = 2e7 * pow(2, Double(size))
      let shift = noise * generator.normal()
      return (0..<25).map { step in
        let d = 1e8 * pow(1000, Double(step) / 24) * pow(2, 0.6 * Double(size))
        return FrontierRun(
          parameters: n, samples: d, y: Self.truth.prediction(at: [n, d]) * exp(shift), run: size)
      }
    }
  }

  /// Six budgets with nine sizes each around the optimum.
  private func isoFlops(noise: Double, seed: UInt64 = 1, planned: Bool = true) -> [FrontierRun] {
    var generator = Noise(seed: seed)
    let g = pow(0.34 * 400 / (0.28 * 410), 1 / 0.62)
    return (0..<6).flatMap { level in
      let c = 1e19 * pow(4, Double(level))
      return (0..<9).map { place in
        let n = g * pow(c / 6, Self.a) * pow(1.35, Double(place - 4))
        let d = c / 6 / n
        return FrontierRun(
          parameters: n, samples: d,
          y: Self.truth.prediction(at: [n, d]) * exp(noise * generator.normal()),
          run: level * 9 + place, budget: planned ? c : nil)
      }
    }
  }

  private func optimum(_ c: Double) -> (n: Double, y: Double) {
    let n = pow(0.34 * 400 / (0.28 * 410), 1 / 0.62) * pow(c / 6, Self.a)
    return (n, Self.truth.prediction(at: [n, c / 6 / n]))
  }

  private func check(_ answer: FrontierAnswer, _ tolerance: Double, _ c: Double) throws {
    #expect(abs(answer.a.value - Self.a) < tolerance, "\(answer.a)")
    #expect(abs(answer.b.value - (1 - Self.a)) < tolerance, "\(answer.b)")
    let interval = try #require(answer.a.ci95)
    #expect(interval.contains(Self.a), "\(answer.a)")
    let (n, y) = optimum(c)
    let found = try #require(answer.optima.first)
    #expect(try #require(found.parameters.ci95).contains(n), "\(found) \(n)")
    #expect(try #require(found.samples.ci95).contains(c / 6 / n), "\(found)")
    let metric = try #require(found.y)
    #expect(abs(metric.value / y - 1) < 0.02, "\(metric) \(y)")
    #expect(try #require(metric.ci95).contains(y), "\(metric) \(y)")
  }

  @Test func isoFlopRuns_feedTwoApproaches_withTheTruthInEveryInterval() throws {
    let comparison = FrontierComparison(
      isoFlops(noise: 0.003), budgets: [1e23], resamples: 300, seed: 3)
    for result in comparison.results {
      switch result.approach {
      case .envelope:
        guard case .refused(let reason) = result.outcome else {
          Issue.record("an envelope of single runs")
          continue
        }
        #expect(reason.hasPrefix("An envelope needs learning curves of at least 5 sizes"))
      case .isoFlop, .parametric: try check(#require(result.answer), 0.04, 1e23)
      }
    }
  }

  @Test func learningCurves_feedEnvelopeAndFit_withTheTruthInEveryInterval() throws {
    let comparison = FrontierComparison(
      curves(noise: 0.001), budgets: [1e22], resamples: 300, seed: 3)
    for result in comparison.results where result.approach != .isoFlop {
      try check(
        #require(result.answer, "\(result)"), result.approach == .envelope ? 0.03 : 0.02, 1e22)
    }
    let iso = try #require(comparison.results.first { $0.approach == .isoFlop })
    guard case .refused(let reason) = iso.outcome else {
      Issue.record("parabolas through checkpoints: \(iso)")
      return
    }
    #expect(reason.contains("--budget"))
  }

  @Test func budgets_thatOnlyRoundingTellsApart_areOneWithoutAColumn() throws {
    var runs = isoFlops(noise: 0.002, planned: false)
    runs = runs.map {
      let step = 2e6
      return FrontierRun(
        parameters: $0.parameters, samples: ($0.samples / step).rounded() * step, y: $0.y,
        run: $0.run)
    }
    let comparison = FrontierComparison(runs, budgets: [1e22], resamples: 200)
    let iso = try #require(comparison.results.first { $0.approach == .isoFlop }?.answer)
    #expect(iso.found.count == 6)
    try check(iso, 0.04, 1e22)
  }

  @Test func isoFlopInterval_coversTheExponent() throws {
    let sweeps = 30
    var covered = 0
    for index in 0..<sweeps {
      let comparison = FrontierComparison(
        isoFlops(noise: 0.004, seed: UInt64(100 + index)), budgets: [], resamples: 200,
        seed: UInt64(index))
      let answer = try #require(comparison.results.first { $0.approach == .isoFlop }?.answer)
      if try #require(answer.a.ci95).contains(Self.a) { covered += 1 }
    }
    // 3.5 binomial standard errors below 0.95.
    #expect(covered >= 24, "seeds 100…: \(covered) of \(sweeps)")
  }
}
