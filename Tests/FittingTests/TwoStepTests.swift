import Foundation
import SweepModel
import Testing

@testable import Fitting

/// Accuracy through the loss, on data whose law is known and on the OLMo ladder.
@Suite struct TwoStepTests {
  private static let law = ScalingCurve(form: .chinchilla, values: [0.5, 40, 60, 0.28, 0.25])

  private static func accuracy(_ loss: Double) -> Double {
    0.25 + 0.7 / (1 + exp(9 * (loss - 0.72)))
  }

  private func runs(noise: Double, spread: Double, _ generator: inout Noise) -> [DownstreamRun] {
    (0..<6).flatMap { size in
      (0..<5).map { [2e8 * pow(1.9, Double(size)), 4e9 * pow(2.2, Double($0))] }
    }
    .map { inputs in
      let loss = Self.law.prediction(at: inputs) * exp(noise * generator.normal())
      return DownstreamRun(
        inputs: inputs, loss: loss, accuracy: Self.accuracy(loss) + spread * generator.normal())
    }
  }

  @Test func exactData_giveBothSteps() throws {
    var generator = Noise(seed: 1)
    let law = try TwoStepLaw(
      runs(noise: 0, spread: 0, &generator), resamples: 100)
    for (found, truth) in zip(law.parameters, [0.25, 0.95, 9, 0.72]) {
      #expect(abs(found.value / truth - 1) < 1e-5, "\(found)")
    }
    let place = [7e9, 4e12]
    let prediction = law.predict(at: place)
    let loss = Self.law.prediction(at: place)
    #expect(abs(prediction.loss.value / loss - 1) < 1e-6)
    #expect(abs(prediction.accuracy.value - Self.accuracy(loss)) < 1e-6)
  }

  @Test func intervals_syntheticLadders_coverLawAndNewRun() throws {
    let sweeps = 50
    var generator = Noise(seed: 77)
    let place = [1.3e10, 8e11]
    let loss = Self.law.prediction(at: place)
    var (laws, news) = (0, 0)
    for index in 0..<sweeps {
      let law = try TwoStepLaw(
        runs(noise: 0.004, spread: 0.006, &generator), chance: 0.25, resamples: 100,
        seed: UInt64(index))
      let prediction = law.predict(at: place)
      let new = loss * exp(0.004 * generator.normal())
      let measured = Self.accuracy(new) + 0.006 * generator.normal()
      if prediction.accuracy.law.contains(Self.accuracy(loss)) { laws += 1 }
      if prediction.accuracy.run.contains(measured) { news += 1 }
    }
    print("two-step: law \(laws), run \(news) of \(sweeps)")
    // 3.5 binomial standard errors below 0.95.
    #expect(laws >= 42 && news >= 42, "seed 77: law \(laws), run \(news) of \(sweeps)")
  }

  @Test func olmoLadder_predictsTheLargestRunHeldOut() throws {
    let table = try Cases.table("olmo_ladder_30runs.csv")
    let columns = try ["N", "D", "hs_bpb", "hs_acc"].map(table.column)
    let runs = try table.rows.map { row in
      let values = try columns.map { try #require(Double(row[$0])) }
      return DownstreamRun(
        inputs: Array(values.prefix(2)), loss: values[2], accuracy: values[3])
    }
    let sorted = runs.sorted { $0.inputs[0] * $0.inputs[1] < $1.inputs[0] * $1.inputs[1] }
    let last = try #require(sorted.last)
    let law = try TwoStepLaw(
      sorted.filter { $0.inputs != last.inputs }, chance: 0.25, resamples: 200)
    let prediction = law.predict(at: last.inputs)
    print("olmo", last, prediction, law.parameters.map { ($0.name, $0.value, $0.ci95) })
    #expect(prediction.accuracy.run.contains(last.accuracy), "\(prediction) \(last)")
    #expect(prediction.loss.run.contains(last.loss), "\(prediction) \(last)")
    #expect(abs(prediction.accuracy.value - last.accuracy) < 0.03)
  }

  /// Accuracies at chance say nothing of ceiling and midpoint, and a chance above them is none.
  @Test func accuraciesThatDoNotDependOnTheLoss_areRefused() throws {
    var generator = Noise(seed: 3)
    let flat = (0..<12).map { index in
      let n = 1e7 * pow(2, Double(index))
      return DownstreamRun(
        inputs: [n], loss: 0.5 + 40 * pow(n, -0.25), accuracy: 0.25 + 0.003 * generator.normal())
    }
    #expect(throws: TwoStepError.self) {
      _ = try TwoStepLaw(flat, form: .offset, resamples: 100)
    }
    let rising = flat.map { run in
      DownstreamRun(inputs: run.inputs, loss: run.loss, accuracy: Self.accuracy(run.loss))
    }
    #expect(throws: TwoStepError.self) {
      _ = try TwoStepLaw(rising, form: .offset, chance: 0.99, ceiling: 1, resamples: 100)
    }
  }
}
