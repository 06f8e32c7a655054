import Foundation
import SweepModel
import Testing

@testable import Fitting

/// What the places of the points determine, and what is said where they do not.
@Suite struct IdentifiabilityTests {
  private static let truth = [1.7, 400, 410, 0.34, 0.28]

  /// Points of E + A·N^-alpha + B·D^-beta, exact or with normal noise of ln y.
  private func points(
    n: [Double], d: [Double], noise: Double = 0, seed: UInt64 = 1
  ) -> [FitPoint] {
    let curve = ScalingCurve(form: .chinchilla, values: Self.truth)
    var generator = Noise(seed: seed)
    return n.flatMap { n in d.map { [n, $0] } }.enumerated().map { index, inputs in
      FitPoint(
        x: inputs[0], further: [inputs[1]],
        y: curve.prediction(at: inputs) * exp(noise * generator.normal()), cluster: index)
    }
  }

  @Test(arguments: [0, 0.005], [[1e9, 4e9, 1.6e10], [1e9, 2e9, 4e9, 8e9, 1.6e10]])
  func twoSizes_namesWhatTheyDoNotDetermineWithAllThatTheyAllow(
    noise: Double, d: [Double]
  ) throws {
    let fit = try Fitter.fit(
      points: points(n: [1e8, 1e9], d: d, noise: noise), form: .chinchilla,
      uncertainty: .bootstrap(resamples: 200))
    #expect(!fit.isIdentified)
    #expect(fit.parameters.filter { !$0.isIdentified }.map(\.name) == ["E", "A", "alpha"])
    #expect(fit.intervals == .profile(.weakDesign))
    for (parameter, truth) in zip(fit.parameters, Self.truth) {
      let interval = try #require(parameter.ci95)
      // Without noise what is determined is known to the last digit.
      let slack = noise == 0 ? 1e-6 * truth : 0
      if noise == 0 || !parameter.isIdentified {
        #expect(
          interval.lowerBound - slack <= truth && truth <= interval.upperBound + slack,
          "\(parameter)")
      }
      #expect((parameter.standardError == nil) == !parameter.isIdentified, "\(parameter)")
    }
    let alpha = try #require(fit.parameter("alpha")?.ci95)
    #expect(alpha.upperBound - alpha.lowerBound > 0.5, "\(alpha)")
    let warning = try #require(fit.warnings.first { $0.code == .unidentified })
    #expect(
      warning.message.hasPrefix(
        "Not identified: E, A, alpha. At these places (2 values of x and \(d.count) values of x2)"),
      "\(warning.message)")
    for name in ["a_opt", "b_opt"] {
      #expect(fit.derived.first { $0.name == name }?.isIdentified == false, "\(name)")
    }
  }

  @Test func threeSizes_determineEverything() throws {
    let fit = try Fitter.fit(
      points: points(n: [1e8, 1e9, 1e10], d: [1e9, 1e10, 1e11]), form: .chinchilla,
      uncertainty: .bootstrap(resamples: 200))
    #expect(fit.isIdentified)
    #expect(fit.warnings.allSatisfy { $0.code != .unidentified })
    for (parameter, truth) in zip(fit.parameters, Self.truth) {
      #expect(abs(parameter.value / truth - 1) < 1e-6, "\(parameter)")
    }
  }

  /// With D = 20·N the two terms can be exchanged: each exponent may be either's.
  @Test(arguments: [0.001, 0.01]) func termsThatCanBeExchanged_areNotIdentified(noise: Double)
    throws
  {
    let truth = [1.7, 400, 2000, 0.34, 0.5]
    let curve = ScalingCurve(form: .chinchilla, values: truth)
    var generator = Noise(seed: 5)
    let points = (0..<12).map { index in
      let n = 1e7 * pow(1000, Double(index) / 11)
      let y = curve.prediction(at: [n, 20 * n]) * exp(noise * generator.normal())
      return FitPoint(x: n, further: [20 * n], y: y, cluster: index)
    }
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 200))
    for (parameter, truth) in zip(fit.parameters, truth) {
      let interval = try #require(parameter.ci95)
      #expect(!parameter.isIdentified || parameter.name == "E", "\(parameter)")
      #expect(interval.contains(truth), "\(parameter)")
    }
    let plain = try Fitter.fit(points: points, form: .chinchilla, uncertainty: .none)
    #expect(!plain.isIdentified)
  }

  /// Forms whose arithmetic is slow have an interval for every parameter too.
  @Test func brokenLaw_everyParameter_hasAnInterval() throws {
    let truth = [0.5, 30, 0.2, 0.3, 1e5, 0.3]
    let curve = ScalingCurve(form: .bnsl1, values: truth)
    var generator = Noise(seed: 8)
    let points = (0..<20).map { index in
      let x = 5000 * pow(200, Double(index) / 19)
      return FitPoint(
        x: x, y: curve.prediction(at: x) * exp(0.002 * generator.normal()), cluster: index)
    }
    let fit = try Fitter.fit(points: points, form: .bnsl1)
    for parameter in fit.parameters {
      let interval = try #require(parameter.ci95)
      #expect(interval.contains(parameter.value), "\(parameter)")
      #expect(interval.lowerBound < interval.upperBound, "\(parameter)")
    }
  }

  /// A parameter that somebody knows makes the others known.
  @Test func twoSizesWithAnExponentHeld_determineTheRest() throws {
    let fit = try Fitter.fit(
      points: points(n: [1e8, 1e9], d: [1e9, 4e9, 1.6e10]), form: .chinchilla,
      held: ["alpha": 0.34], uncertainty: .none)
    #expect(fit.isIdentified)
    #expect(abs((fit.parameter("E")?.value ?? 0) - 1.7) < 1e-6)
  }

  /// Three almost equal places on either side determine a floor by their noise only: the interval
  /// says so, though not every direction is flat.
  @Test func twoClumpsOfPlaces_leaveTheFloorOpen() throws {
    var points: [FitPoint] = []
    for (x, y) in [(100.0, 0.8), (1000, 0.595)] {
      for share in [0.99, 1, 1.02] {
        points.append(FitPoint(x: x * share, y: y, cluster: points.count))
      }
    }
    let fit = try Fitter.fit(points: points, form: .offset, uncertainty: .bootstrap(resamples: 200))
    let interval = try #require(fit.parameter("E")?.ci95)
    #expect(interval.lowerBound == 0 && interval.upperBound > 0.5, "\(interval)")
  }

  @Test func singularValues_ofAKnownMatrix_areExactHoweverSmall() {
    // Columns (1, 0, 0), (0, 1e-12, 0), (3, 0, 4e-20): σ of the last two directions are tiny.
    let values = SingularValues([[1, 0, 0], [0, 1e-12, 0], [3, 0, 4e-20]]).values.sorted()
    #expect(abs(values[2] / 10.0.squareRoot() - 1) < 1e-14)
    #expect(abs(values[1] / 1e-12 - 1) < 1e-14)
    #expect(abs(values[0] / (4e-20 / 10.0.squareRoot()) - 1) < 1e-12, "\(values[0])")
  }
}
