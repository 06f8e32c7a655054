import Foundation
import Testing

@testable import Fitting

/// Diverged runs bend a parabola; a law through its minima would be wrong.
@Suite struct MinimumMisfitTests {
  /// lr* = N^-0.3 less a factor; `diverged` of the eleven largest rates end at 8.
  private func runs(
    diverged: Int, noise: Double = 0.002, seed: UInt64 = 1, skew: Double = 0
  ) -> [MinimumRun] {
    var generator = Noise(seed: seed)
    return (0..<5).flatMap { scale -> [MinimumRun] in
      let n = pow(10, 7 + Double(scale) * 0.75)
      let best = -0.1 - 0.3 * log10(n)
      return (0..<11).map { place in
        let u = 0.25 * Double(place - 5) + 0.07
        let y = 2 + 0.1 * u * u + skew * u * u * u
        return MinimumRun(
          scales: [n], settings: [pow(10, best + u)],
          y: place >= 11 - diverged ? 8 + noise : y + noise * generator.normal())
      }
    }
  }

  private func law(_ runs: [MinimumRun]) throws -> MinimumLaw {
    try MinimumLaw(runs, scaleNames: ["n"], settingNames: ["lr"], yName: "loss", resamples: 0)
  }

  @Test(arguments: [1, 2, 3], [0, 0.002])
  func divergedRuns_areNamedWithTheRemedy(diverged: Int, noise: Double) throws {
    let runs = runs(diverged: diverged, noise: noise)
    do {
      _ = try law(runs)
      Issue.record("\(diverged) diverged of each scale gave a law")
    } catch let error as MinimumLawError {
      guard case .tooFewMinima(0, 5, 3, let reasons) = error else { throw error }
      #expect(reasons.allSatisfy { $0.contains("--where 'loss<5") }, "\(reasons)")
    }
    let kept = try law(runs.filter { $0.y < 5 })
    #expect(abs(kept.laws[0].exponents[0].value + 0.3) < 0.02, "\(kept.laws[0].exponents)")
    #expect(kept.warnings.filter { $0.code == .lackOfFit }.isEmpty)
  }

  @Test func oneScaleWithDivergedRuns_isLeftOutAlone() throws {
    let (clean, bad) = (runs(diverged: 0), runs(diverged: 2))
    let first = clean[0].scales
    let law = try law(clean.filter { $0.scales != first } + bad.filter { $0.scales == first })
    #expect(law.warnings.map(\.code) == [.lackOfFit, .windowTooWide])
    #expect(law.scales.map { $0.outcome.reason != nil } == [true, false, false, false, false])
    #expect(abs(law.laws[0].exponents[0].value + 0.3) < 0.02)
  }

  /// Exact and skew, noisy, and all noise: nothing that a reader must act on.
  @Test(arguments: [(0, 0.01), (0.002, 0), (0.02, 0), (0.3, 0)])
  func cleanRuns_areKept(noise: Double, skew: Double) {
    var count = 0
    for seed in 1..<60 {
      let runs = runs(diverged: 0, noise: noise, seed: UInt64(seed), skew: skew)
      for group in Dictionary(grouping: runs, by: \.scales).values {
        if let form = QuadraticForm(group), MinimumMisfit(form, group, yName: "y") != nil {
          count += 1
        }
      }
    }
    #expect(count <= 2, "\(count) of 295")
  }

  @Test func twoSettings_divergedCorner_isNamed() throws {
    var generator = Noise(seed: 4)
    func grid(_ diverged: Bool) -> [MinimumRun] {
      (-2...2).flatMap { i in
        (-2...2).map { j in
          let (u, v) = (0.3 * Double(i) + 0.05, 0.3 * Double(j))
          let y = 3 + 0.4 * u * u + 0.2 * u * v + 0.3 * v * v + 0.002 * generator.normal()
          return MinimumRun(
            scales: [1e8], settings: [pow(10, u), pow(10, v)], y: diverged && i == 2 ? 9 : y)
        }
      }
    }
    for diverged in [true, false] {
      let runs = grid(diverged)
      let form = try #require(QuadraticForm(runs))
      #expect((MinimumMisfit(form, runs, yName: "y") != nil) == diverged)
    }
  }
}
