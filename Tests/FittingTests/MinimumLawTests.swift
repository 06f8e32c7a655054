import Foundation
import SweepModel
import Testing

@testable import Fitting

/// Best learning rates and batch sizes whose laws are known.
@Suite struct MinimumLawTests {
  /// lr* = 3·N^-0.35, y a parabola in log lr with its floor falling in N.
  private func runs(noise: Double, seed: UInt64, shifted: Double = 0) -> [MinimumRun] {
    var generator = Noise(seed: seed)
    return (0..<7).flatMap { scale -> [MinimumRun] in
      let n = 1e6 * pow(4, Double(scale))
      let best = log10(3 * pow(n, -0.35)) + shifted * generator.normal()
      return (0..<7).map { place in
        let lr = best + 0.25 * Double(place - 3) + 0.1
        return MinimumRun(
          scales: [n], settings: [pow(10, lr)],
          y: 2 + 10 * pow(n, -0.2) + 0.3 * (lr - best) * (lr - best) + noise * generator.normal())
      }
    }
  }

  @Test func exactParabolas_giveTheLaw() throws {
    let law = try MinimumLaw(
      runs(noise: 0, seed: 1), scaleNames: ["N"], settingNames: ["lr"], resamples: 100)
    #expect(abs(law.laws[0].exponents[0].value + 0.35) < 1e-9)
    #expect(abs(law.laws[0].intercept.value - log10(3)) < 1e-8)
    #expect(abs(law.laws[0].best(at: [1e12]).value / (3 * pow(1e12, -0.35)) - 1) < 1e-7)
    #expect(law.warnings.isEmpty && law.scales.count == 7)
    guard case .minimum(let settings, let y, let curvature) = law.scales[0].outcome else {
      Issue.record("\(law.scales[0])")
      return
    }
    #expect(abs(settings[0] / (3 * pow(1e6, -0.35)) - 1) < 1e-8)
    #expect(abs(y - (2 + 10 * pow(1e6, -0.2))) < 1e-9 && abs(curvature[0][0] - 0.3) < 1e-8)
  }

  @Test(arguments: [(0.004, 0.0), (0.001, 0.08)])
  func interval_syntheticRuns_coversTheExponentAndThePrediction(
    noise: Double, shifted: Double
  ) throws {
    let sweeps = 120
    var (exponents, predictions) = (0, 0)
    for index in 0..<sweeps {
      let law = try MinimumLaw(
        runs(noise: noise, seed: UInt64(500 + index), shifted: shifted), scaleNames: ["N"],
        settingNames: ["lr"], resamples: 200, seed: UInt64(index))
      if try #require(law.laws[0].exponents[0].ci95).contains(-0.35) { exponents += 1 }
      let best = law.laws[0].best(at: [1e12])
      if try #require(best.ci95).contains(3 * pow(1e12, -0.35)) { predictions += 1 }
    }
    // 3.5 binomial standard errors below 0.95.
    #expect(exponents >= 106, "seeds 500…: \(exponents) of \(sweeps)")
    #expect(predictions >= 106, "seeds 500…: \(predictions) of \(sweeps)")
    print(
      "minimum law, noise \(noise), scatter \(shifted): \(exponents), \(predictions) of \(sweeps)")
  }

  @Test func minimumBeyondTheValuesTried_isNamedAndLeftOut() throws {
    var all = runs(noise: 0, seed: 1)
    // Of the largest scale only the rates below the best one.
    let n = 1e6 * pow(4, 6.0)
    let best = 3 * pow(n, -0.35)
    all.removeAll { $0.scales == [n] && $0.settings[0] > 0.8 * best }
    let law = try MinimumLaw(all, scaleNames: ["N"], settingNames: ["lr"], resamples: 100)
    guard case .leftOut(let reason) = law.scales[6].outcome else {
      Issue.record("kept: \(law.scales[6])")
      return
    }
    #expect(reason == "its minimum lies beyond the values of lr tried")
    #expect(law.warnings.contains { $0.message.hasPrefix("Left out: N = ") })
    #expect(abs(law.laws[0].exponents[0].value + 0.35) < 1e-9)
  }

  @Test func twoSettingsAndTwoScales_giveBothLaws() throws {
    var generator = Noise(seed: 9)
    let runs = [1e7, 1e8, 1e9].flatMap { n in
      [1e9, 1e10, 1e11].flatMap { d -> [MinimumRun] in
        let lr = log10(2) - 0.4 * log10(n) + 0.1 * log10(d)
        let batch = 1.5 + 0.3 * log10(d)
        return (-2...2).flatMap { i in
          (-2...2).map { j in
            let (u, v) = (0.2 * Double(i), 0.3 * Double(j) + 0.05)
            return MinimumRun(
              scales: [n, d], settings: [pow(10, lr + u), pow(10, batch + v)],
              y: 3 + 0.4 * u * u + 0.2 * u * v + 0.3 * v * v + 0.0005 * generator.normal())
          }
        }
      }
    }
    let law = try MinimumLaw(
      runs, scaleNames: ["N", "D"], settingNames: ["lr", "batch"], resamples: 200)
    let exponents = law.laws[0].exponents + law.laws[1].exponents
    for (found, truth) in zip(exponents, [-0.4, 0.1, 0, 0.3]) {
      #expect(abs(found.value - truth) < 0.01, "\(found)")
      #expect(try #require(found.ci95).contains(truth), "\(found)")
    }
    #expect(law.laws[0].exponents.map(\.name) == ["a_N", "a_D"])
  }

  @Test func scalesThatMoveTogether_areRefused() throws {
    let runs = runs(noise: 0, seed: 1).map {
      MinimumRun(scales: [$0.scales[0], 20 * $0.scales[0]], settings: $0.settings, y: $0.y)
    }
    #expect(throws: MinimumLawError.collinear(["N", "D"])) {
      try MinimumLaw(runs, scaleNames: ["N", "D"], settingNames: ["lr"], resamples: 100)
    }
    let few = runs.filter { $0.scales[0] < 1e7 }
    #expect(throws: MinimumLawError.self) {
      try MinimumLaw(few, scaleNames: ["N", "D"], settingNames: ["lr"], resamples: 100)
    }
  }
}
