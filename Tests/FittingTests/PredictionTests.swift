import Foundation
import SweepModel
import Testing

@testable import Fitting

/// What a fit says of places inside and beyond the data.
@Suite struct PredictionTests {
  struct Setting: CustomStringConvertible, Sendable {
    let form: FitRequest.Form
    let truth: [Double]
    let places: [[Double]]
    let seeds: Int
    let noise: Double
    let lackOfFit: Double
    let asked: [Double]
    var objective = FitRequest.Objective.logLeastSquares
    var description: String {
      "\(form.rawValue) \(places.count)×\(seeds), noise \(noise), lack of fit \(lackOfFit), \(asked)"
    }
  }

  private static let line = (0..<12).map { [1e6 * pow(2, Double($0))] }
  private static let plane = (0..<5).flatMap { n in
    (0..<5).map { [1e8 * pow(2.5, Double(n)), 2e9 * pow(2.5, Double($0))] }
  }
  private static let chinchilla = [1.7, 400, 410, 0.34, 0.28]

  static let settings = [
    Setting(
      form: .power, truth: [3, 0.1], places: Array(line.prefix(8)), seeds: 1, noise: 0.02,
      lackOfFit: 0, asked: [1e9]),
    Setting(
      form: .offset, truth: [1.5, 300, 0.35], places: line, seeds: 1, noise: 0.02, lackOfFit: 0,
      asked: [2e10]),
    Setting(
      form: .offset, truth: [1.5, 300, 0.35], places: line, seeds: 3, noise: 0.02,
      lackOfFit: 0.01, asked: [6e7]),
    Setting(
      form: .power, truth: [3, 0.1], places: line, seeds: 3, noise: 0.01, lackOfFit: 0.03,
      asked: [1e10]),
    Setting(
      form: .chinchilla, truth: chinchilla, places: plane, seeds: 1, noise: 0.01, lackOfFit: 0,
      asked: [1e10, 2e11]),
  ]

  private static func sweep(_ setting: Setting, _ noise: inout Noise) -> [FitPoint] {
    let curve = ScalingCurve(form: setting.form, values: setting.truth)
    return setting.places.enumerated().flatMap { cluster, place in
      let shift = setting.lackOfFit * noise.normal()
      return (0..<setting.seeds).map { _ in
        FitPoint(
          x: place[0], further: Array(place.dropFirst()),
          y: curve.prediction(at: place) * exp(shift + setting.noise * noise.normal()),
          cluster: cluster)
      }
    }
  }

  @Test(arguments: settings)
  func intervals_syntheticSweeps_coverCurveAndNewMeasurement(setting: Setting) throws {
    let sweeps = 160
    let seed: UInt64 = 20_261_128
    var noise = Noise(seed: seed)
    let truth = ScalingCurve(form: setting.form, values: setting.truth)
      .prediction(at: setting.asked)
    var (curves, measurements) = (0, 0)
    for index in 0..<sweeps {
      let points = Self.sweep(setting, &noise)
      let fit = try Fitter.fit(
        points: points, form: setting.form,
        uncertainty: .bootstrap(resamples: 200, seed: UInt64(index)), selects: false)
      let prediction = fit.predict(at: [setting.asked], points: points)[0]
      let new =
        truth * exp(setting.lackOfFit * noise.normal() + setting.noise * noise.normal())
      if try #require(prediction.confidence).contains(truth) { curves += 1 }
      if try #require(prediction.measurement).contains(new) { measurements += 1 }
    }
    // Three and a half binomial standard errors around 0.95.
    let tolerance = 3.5 * (0.95 * 0.05 / Double(sweeps)).squareRoot()
    for (what, count) in [("curve", curves), ("measurement", measurements)] {
      let rate = Double(count) / Double(sweeps)
      #expect(
        rate > 0.95 - tolerance, "seed \(seed), \(setting): \(what) in \(count) of \(sweeps)")
    }
    #expect(measurements < sweeps, "seed \(seed), \(setting): the interval is never wrong")
  }

  @Test func place_beyondTheData_isToldInDecades() throws {
    let points = Self.line.map {
      FitPoint(x: $0[0], y: 3 * pow($0[0], -0.1), cluster: Int($0[0]))
    }
    let fit = try Fitter.fit(points: points, uncertainty: .asymptotic)
    let places = [1e6, 3e6, 2.048e9, 2.048e12, 1e3].map { [$0] }
    let predictions = fit.predict(at: places, points: points)
    for (prediction, place) in zip(predictions, places) {
      #expect(abs(prediction.value / (3 * pow(place[0], -0.1)) - 1) < 1e-9)
    }
    let outside = predictions.map(\.decadesOutside[0])
    for (found, expected) in zip(outside, [0, 0, 0, 3, -3.0]) {
      #expect(abs(found - expected) < 1e-9, "\(outside)")
    }
    #expect(predictions.map(\.isInside) == [true, true, true, false, false])
  }

  @Test func linearisedInterval_ofAPowerLaw_isTheTextbooks() throws {
    var noise = Noise(seed: 5)
    let points = Self.line.enumerated().map { index, place in
      FitPoint(x: place[0], y: 3 * pow(place[0], -0.1) * exp(0.02 * noise.normal()), cluster: index)
    }
    let fit = try Fitter.fit(points: points, uncertainty: .asymptotic)
    let prediction = fit.predict(at: [[1e10]], points: points)[0]
    // Simple regression: s²(1/n + (x − x̄)²/Sxx), and the same plus s² for a new one.
    let xs = points.map { log($0.x) }
    let mean = xs.reduce(0, +) / 12
    let sxx = xs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let squares = points.reduce(0) { sum, point in
      let r = log(point.y) - log(fit.prediction(at: point.x))
      return sum + r * r
    }
    let leverage = 1.0 / 12 + pow(log(1e10) - mean, 2) / sxx
    for (range, factor) in [
      (prediction.confidence, leverage), (prediction.measurement, 1 + leverage),
    ] {
      let half = 2.228138852 * (squares / 10 * factor).squareRoot()
      let range = try #require(range)
      #expect(abs(log(range.upperBound / prediction.value) / half - 1) < 1e-5)
      #expect(abs(log(prediction.value / range.lowerBound) / half - 1) < 1e-5)
    }
  }

  @Test(arguments: [0, 0.005]) func unidentifiedFit_saysWhereItDoesNotPredict(noise: Double) throws
  {
    var generator = Noise(seed: 3)
    let curve = ScalingCurve(form: .chinchilla, values: Self.chinchilla)
    let sizes = [1e8, 1e9]
    let points = sizes.flatMap { n in [1e9, 2e9, 4e9, 8e9, 1.6e10].map { [n, $0] } }.enumerated()
      .map { index, place in
        FitPoint(
          x: place[0], further: [place[1]],
          y: curve.prediction(at: place) * exp(noise * generator.normal()), cluster: index)
      }
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 200))
    #expect(!fit.isIdentified)
    // At a size of the data only D is extrapolated, and its term is known.
    let predictions = fit.predict(at: [[1e9, 3e10], [1e11, 2e10], [3e8, 4e9]], points: points)
    #expect(predictions.map(\.isDetermined) == [true, false, false])
    for (prediction, place) in zip(predictions, [[1e9, 3e10], [1e11, 2e10], [3e8, 4e9]]) {
      let truth = curve.prediction(at: place)
      let range = try #require(prediction.confidence)
      #expect(
        range.lowerBound <= truth * 1.000_001 && truth / 1.000_001 <= range.upperBound,
        "\(prediction)")
    }
    let optimum = try #require(fit.optimum(budget: 1e22, points: points))
    #expect(!optimum.parameters.isIdentified && !optimum.prediction.isDetermined)
  }

  @Test func optimum_ofABudget_isTheClosedForm() throws {
    let curve = ScalingCurve(form: .chinchilla, values: Self.chinchilla)
    let points = Self.plane.enumerated().map { index, place in
      FitPoint(x: place[0], further: [place[1]], y: curve.prediction(at: place), cluster: index)
    }
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 200))
    let optimum = try #require(fit.optimum(budget: 6e22, points: points))
    let g = pow(0.34 * 400 / (0.28 * 410), 1 / 0.62)
    let n = g * pow(1e22, 0.28 / 0.62)
    #expect(abs(optimum.parameters.value / n - 1) < 1e-5)
    #expect(abs(optimum.samples.value / (1e22 / n) - 1) < 1e-5)
    #expect(abs(optimum.prediction.value / curve.prediction(at: [n, 1e22 / n]) - 1) < 1e-7)
    let interval = try #require(optimum.parameters.ci95)
    #expect(interval.lowerBound <= n * 1.0001 && n <= interval.upperBound * 1.0001)
  }
}
