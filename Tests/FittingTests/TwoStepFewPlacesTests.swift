import Foundation
import SweepModel
import Testing

@testable import Fitting

/// Intervals of two steps where places are few: resamples of places would be all of them.
@Suite struct TwoStepFewPlacesTests {
  private static func loss(_ n: Double) -> Double { 0.5 + 20 * pow(n, -0.2) }
  private static func accuracy(_ loss: Double) -> Double { 0.25 + 0.6 / (1 + exp(4 * (loss - 1))) }

  static func runs(_ places: Int, seed: UInt64) -> [DownstreamRun] {
    var generator = Noise(seed: seed)
    return (0..<places).map { place in
      let n = pow(10, 7 + 3 * Double(place) / Double(places - 1))
      return DownstreamRun(
        inputs: [n], loss: loss(n) * exp(0.003 * generator.normal()),
        accuracy: accuracy(loss(n)) + 0.006 * generator.normal())
    }
  }

  @Test(arguments: [5, 6]) func intervals_fewPlaces_coverTheLaw(places: Int) throws {
    let truth = Self.accuracy(Self.loss(1e12))
    var covered = (accuracy: 0, loss: 0)
    let sweeps = 20
    for seed in 0..<sweeps {
      let law = try TwoStepLaw(
        Self.runs(places, seed: UInt64(100 + seed)), form: .offset, chance: 0.25, resamples: 100)
      let prediction = law.predict(at: [1e12])
      if prediction.accuracy.law.contains(truth) { covered.accuracy += 1 }
      if prediction.loss.law.contains(Self.loss(1e12)) { covered.loss += 1 }
      #expect(!law.resamplesPlaces)
      #expect(
        law.parameters.dropFirst().allSatisfy {
          $0.ci95.map { $0.upperBound > $0.lowerBound } ?? false
        })
    }
    // 3 binomial standard errors below 0.95.
    #expect(covered.accuracy >= 16 && covered.loss >= 16, "\(covered) of \(sweeps)")
  }

  @Test func tooFewPlaces_areRefusedWithTheNumberNeeded() {
    #expect(throws: TwoStepError.fewPlaces(4, needed: 5, .offset)) {
      try TwoStepLaw(Self.runs(4, seed: 1), form: .offset, chance: 0.25, resamples: 100)
    }
    #expect(throws: TwoStepError.fewPlaces(5, needed: 6, .offset)) {
      try TwoStepLaw(Self.runs(5, seed: 1), form: .offset, resamples: 100)
    }
  }

  /// Any chance from 0.3 to 0.42 fits accuracies that are linear in the loss.
  @Test func accuraciesLinearInTheLoss_leaveNumbersUndetermined() throws {
    let runs = Self.runs(8, seed: 5).enumerated().map { index, run in
      DownstreamRun(
        inputs: run.inputs, loss: run.loss,
        accuracy: 0.9 - 0.25 * run.loss + (index % 2 == 0 ? 0.002 : -0.002))
    }
    let law = try TwoStepLaw(runs, form: .offset, resamples: 100)
    let chance = try #require(law.parameters[0].ci95)
    #expect(chance.lowerBound < 0.32 && chance.upperBound > 0.4, "\(law.parameters)")
    #expect(!law.isIdentified && law.warnings.map(\.code) == [.unidentified])
  }
}
