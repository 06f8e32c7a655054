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
  @Test(
    arguments: [(0, 1), (0.001, 5), (0.001, 6), (0.001, 7), (0.01, 5), (0.01, 6), (0.01, 7)]
      as [(Double, UInt64)])
  func termsThatCanBeExchanged_areNotIdentified(noise: Double, seed: UInt64) throws {
    let truth = [1.7, 400, 2000, 0.34, 0.5]
    let points = onALine(truth, noise: noise, seed: seed)
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 100))
    for (parameter, truth) in zip(fit.parameters, truth) {
      let interval = try #require(parameter.ci95)
      #expect(!parameter.isIdentified || parameter.name == "E", "\(parameter)")
      #expect(interval.contains(truth), "\(parameter)")
    }
    // A prefactor goes where its exponent does, and so does what follows from both.
    let intervals = fit.parameters.map(\.ci95)
    for (prefactor, exponent) in [(1, 3), (2, 4)]
    where intervals[exponent]?.upperBound == .infinity {
      #expect(intervals[prefactor]?.upperBound == .infinity, "\(fit.parameters)")
    }
    #expect(fit.derived.allSatisfy { !$0.isIdentified }, "\(fit.derived)")
    let plain = try Fitter.fit(points: points, form: .chinchilla, uncertainty: .none)
    #expect(!plain.isIdentified)
  }

  private func onALine(_ truth: [Double], noise: Double, seed: UInt64) -> [FitPoint] {
    let curve = ScalingCurve(form: .chinchilla, values: truth)
    var generator = Noise(seed: seed)
    return (0..<12).map { index in
      let n = 1e7 * pow(1000, Double(index) / 11)
      let y = curve.prediction(at: [n, 20 * n]) * exp(noise * generator.normal())
      return FitPoint(x: n, further: [20 * n], y: y, cluster: index)
    }
  }

  /// On the line along which the points lie the curve is known, beside it not.
  @Test func predictions_ofPointsOnALine_areDeterminedOnItOnly() throws {
    let points = onALine([1.7, 400, 2000, 0.34, 0.5], noise: 0.001, seed: 5)
    let fit = try Fitter.fit(
      points: points, form: .chinchilla, uncertainty: .bootstrap(resamples: 100))
    let places = [[1e9, 2e10], [1e9, 2e11]]
    let found = fit.predict(at: places, points: points)
    #expect(found.map(\.isDetermined) == [true, false])
    let on = try #require(found[0].confidence)
    let beside = try #require(found[1].confidence)
    #expect(on.upperBound - on.lowerBound < 0.02, "\(on)")
    #expect(beside.upperBound - beside.lowerBound > 0.2, "\(beside)")
  }

  /// Two breaks where one is seen: what only the search's bounds end has no end, and is not identified.
  @Test func moreBreaksThanTheDataShow_areNotIdentified() throws {
    let points = try Cases.table("olmo3b.csv").points(["x"], "y")
    let fit = try Fitter.fit(points: points, form: .bnsl2, selects: false)
    #expect(!fit.isIdentified)
    for (parameter, estimate) in zip(fit.form.parameters, fit.parameters) {
      let interval = try #require(estimate.ci95)
      let isOpen = interval.lowerBound == -.infinity || interval.upperBound == .infinity
      if parameter.role == .exponent {
        #expect(estimate.isIdentified != isOpen, "\(estimate)")
        #expect(abs(interval.lowerBound) < 29 || isOpen, "\(estimate)")
      }
      #expect(estimate.isIdentified == (estimate.standardError != nil) || !isOpen, "\(estimate)")
    }
    #expect(fit.parameter("c0")?.isIdentified == false)
    let messages = fit.warnings.filter { $0.code == .unidentified }.map(\.message)
    #expect(messages.count == 1 && messages[0].contains("c0"), "\(messages)")
  }

  /// A pool too large to be seen leaves the exponent known: only the pool is named.
  @Test func placeWithoutAnEnd_doesNotMakeTheExponentUnidentified() throws {
    let curve = ScalingCurve(form: .quanta, values: [1, 0.4, 1e12])
    var generator = Noise(seed: 2)
    let points = (0..<10).map { index in
      let x = 100 * pow(100, Double(index) / 9)
      return FitPoint(
        x: x, y: curve.prediction(at: x) * exp(0.01 * generator.normal()), cluster: index)
    }
    let fit = try Fitter.fit(points: points, form: .quanta, selects: false)
    #expect(fit.parameter("K")?.isIdentified == false)
    #expect(fit.parameter("K")?.ci95?.upperBound == .infinity)
    #expect(fit.exponent.isIdentified && fit.isIdentified)
    #expect(fit.derived.allSatisfy { $0.isIdentified }, "\(fit.derived)")
  }

  /// Exact data at too few values of an input: a refusal, or an exponent that is right, or none.
  @Test(
    arguments: [
      (.chinchilla, [1.7, 400, 410, 0.34, 0.28]), (.chinchillaTied, [1.7, 400, 410, 0.3]),
      (.overtrained, [1.5, 140, 190, 0.12]), (.repeated, [1.9, 500, 1500, 0.35, 0.36, 5, 15]),
    ] as [(FitRequest.Form, [Double])])
  func fewValuesOfAnInput_giveNoFalseExponent(form: FitRequest.Form, truth: [Double]) throws {
    let curve = ScalingCurve(form: form, values: truth)
    let exponent = try #require(form.parameters.first { $0.role == .exponent }).name
    for (across, along) in [(2, 2), (2, 3), (3, 2), (2, 6), (6, 2), (1, 6), (3, 3)] {
      let grid = (0..<across).flatMap { n in (0..<along).map { (n, $0) } }.flatMap { n, d in
        let x = form == .overtrained ? 1e18 * pow(10, Double(n)) : 1e8 * pow(10, Double(n))
        let x2 = form == .overtrained ? 5 * pow(3, Double(d)) : 1e9 * pow(10, Double(d))
        return form == .repeated ? [[x, x2, x2], [x, x2, x2 / 10]] : [[x, x2]]
      }
      let points = grid.enumerated().map { index, inputs in
        FitPoint(
          x: inputs[0], further: Array(inputs.dropFirst()), y: curve.prediction(at: inputs),
          cluster: index)
      }
      for held in [[:], ["E": truth[0]], [exponent: truth[3]]] {
        guard
          let fit = try? Fitter.fit(
            points: points, form: form, held: held, uncertainty: .none, selects: false)
        else { continue }
        // What did not converge says so.
        for (parameter, value) in zip(fit.parameters, truth)
        where parameter.isIdentified && fit.converged {
          #expect(
            abs(parameter.value - value) < 1e-3 * value,
            "\(across) × \(along), held \(held): \(parameter)")
        }
      }
    }
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

  /// Seeds that shift every place alike: places scatter far less than their rows, of which the interval
  /// must not make an exponent that is sure to a few per mille beside a standard error of 0.2.
  @Test(arguments: ["mix.csv"]) func rowsThatShareSomething_haveNoNarrowIntervals(file: String)
    throws
  {
    let points = try Cases.table(file).points(["n"], "loss")
    let places = Dictionary(grouping: points, by: \.x).keys.sorted()
    let clustered = points.map {
      FitPoint(x: $0.x, y: $0.y, cluster: places.firstIndex(of: $0.x) ?? 0)
    }
    let fit = try Fitter.fit(points: clustered, form: .offset)
    let interval = try #require(fit.exponent.ci95)
    let error = try #require(fit.exponent.standardError)
    #expect(interval.upperBound - interval.lowerBound >= 2 * 1.96 * error * 0.9)
    #expect(interval.lowerBound < 0.103 && interval.upperBound > 0.201, "\(interval)")
    #expect(fit.warnings.contains { [.sharedEffect, .mixture].contains($0.code) })
  }

  /// Two clumps of places tell a floor by their slopes only: the intervals cover it.
  @Test(arguments: [3, 5, 15]) func twoClumpsOfPlaces_coverFloorAndExponent(size: Int) throws {
    let truth = [0.5, 30, 0.5]
    let curve = ScalingCurve(form: .offset, values: truth)
    var missed = 0
    for seed in 1...20 {
      var generator = Noise(seed: UInt64(seed))
      let points = (0..<2 * size).map { index in
        let share = Double(index % size) / Double(size - 1) - 0.5
        let x = (index < size ? 100 : 10000) * exp(0.02 * share)
        return FitPoint(
          x: x, y: curve.prediction(at: x) * exp(0.005 * generator.normal()), cluster: index)
      }
      let fit = try Fitter.fit(
        points: points, form: .offset, uncertainty: .bootstrap(resamples: 100), selects: false)
      if zip(fit.parameters, truth).contains(where: { $0.ci95?.contains($1) != true }) {
        missed += 1
      }
    }
    // One in twenty misses; five of twenty would be one in four hundred.
    #expect(missed < 5)
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
