import Fitting
import Glibc
import SweepModel
import Testing

/// What a fit warns of, each on data that show it.
struct WarningTests {
  private func codes(
    _ points: [FitPoint], _ form: FitRequest.Form = .power, _ uncertainty: Uncertainty = .asymptotic
  ) throws -> [FitWarning.Code] {
    let fit = try Fitter.fit(points: points, form: form, uncertainty: uncertainty)
    for warning in fit.warnings { #expect(warning.message.hasSuffix("."), "\(warning)") }
    return fit.warnings.map(\.code)
  }

  private func sweep(_ curve: (Double) -> Double, noise spread: Double = 0.01) -> [FitPoint] {
    var noise = Noise(seed: 31)
    return (0..<16).map { place in
      let x = 1e3 * pow(1.6, Double(place))
      return FitPoint(x: x, y: curve(x) * exp(spread * noise.normal()), cluster: place)
    }
  }

  @Test
  func plainPowerLaw_hasNoWarning() throws {
    #expect(try codes(sweep { 9 * pow($0, -0.3) }).isEmpty)
  }

  @Test
  func powerLawOverAFloor_saysOffsetIgnored() throws {
    #expect(try codes(sweep { 1 + 90 * pow($0, -0.5) }) == [.offsetIgnored])
  }

  @Test
  func powerLawOverAFinitePool_saysFiniteQuanta() throws {
    let pool = ScalingCurve(form: .quanta, values: [1, 0.4, 2e6])
    #expect(try codes(sweep { pool.prediction(at: $0) }) == [.finiteQuanta])
  }

  @Test
  func repeatedRow_isNamed() throws {
    let points = sweep { 9 * pow($0, -0.3) }
    #expect(try codes(points + [points[3]]).contains(.duplicateRows))
  }

  /// D = 20 N.
  @Test
  func proportionalInputs_areCollinear() throws {
    var noise = Noise(seed: 4)
    let points = (0..<20).map { place -> FitPoint in
      let n = 1e7 * pow(1.5, Double(place))
      let y = (1.8 + 480 * pow(n, -0.35) + 2100 * pow(20 * n, -0.37)) * exp(0.01 * noise.normal())
      return FitPoint(x: n, further: [20 * n], y: y, cluster: place)
    }
    #expect(try codes(points, .chinchilla).contains(.collinear))
  }

  @Test
  func noisyExponent_hasAWideInterval() throws {
    #expect(try codes(sweep({ 9 * pow($0, -0.05) }, noise: 1)).contains(.wideInterval))
  }

  @Test
  func isoFlop_edgesAndWidths_areNamed() throws {
    var points: [IsoFlopPoint] = []
    for (number, budget) in [1e18, 1e19, 1e20, 1e21].enumerated() {
      let best = 0.5 * log10(budget)
      for place in 0..<7 {
        let log = best + (number == 0 ? 0.3 : -1.2) + Double(place) * (number == 0 ? 0.2 : 0.4)
        points.append(
          IsoFlopPoint(
            budget: budget, size: pow(10, log), y: 2 + 0.1 * pow(log - best, 2)))
      }
    }
    let frontier = try IsoFlopFrontier(points: points, resamples: 0)
    #expect(abs(frontier.exponent.value - 0.5) < 1e-9)
    #expect(frontier.warnings.map(\.code) == [.vertexAtEdge, .windowTooWide])
    #expect(frontier.parabolas.map(\.isMinimum) == [false, true, true, true])
    // A monotone budget each: all vertices are extrapolations.
    let monotone = points.map {
      IsoFlopPoint(budget: $0.budget, size: $0.size, y: 2 + pow($0.size / $0.budget, 0.01))
    }
    #expect(throws: IsoFlopError.tooFewBudgets(0, of: 4)) {
      try IsoFlopFrontier(points: monotone, resamples: 0)
    }
    #expect(throws: IsoFlopError.tooFewBudgets(1, of: 2)) {
      try IsoFlopFrontier(points: points.filter { $0.budget < 5e19 }, resamples: 0)
    }
  }

  @Test
  func refusals_nameTheRemedy() {
    func message(
      _ points: [FitPoint], _ form: FitRequest.Form, held: [String: Double] = [:]
    ) -> String {
      do {
        _ = try Fitter.fit(points: points, form: form, held: held, uncertainty: .none)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    let points = sweep { 9 * pow($0, -0.3) }
    #expect(
      message(points, .chinchilla)
        == "The form chinchilla has 2 inputs and got 1. Name the others as x2 and x3 (--x2 and --x3 "
        + "on the command line).")
    #expect(
      message(points.map { FitPoint(x: $0.x, y: 2, cluster: 0) }, .m4)
        == "Point 1 has y = 2, and the form m4 is for error rates below 1. Take the form offset or "
        + "bnsl1.")
    #expect(
      message(points, .quanta, held: ["K": 5])
        == "The parameter K cannot be held at 5. Prefactors and scales are above 0, a floor and "
        + "x0 are from 0 on, K is above every x.")
    #expect(
      message(points, .power, held: ["E": 5])
        == "The form power has no parameter E. It has b, c.")
    let flat = points.map { FitPoint(x: 5, y: $0.y, cluster: $0.cluster) }
    #expect(
      message(flat, .power)
        == "The form power needs at least 3 distinct values of x and got 1. Run more points, widen "
        + "the ranges, or take a form with fewer parameters.")
    let line = points.map { FitPoint(x: $0.x, further: [7], y: $0.y, cluster: $0.cluster) }
    #expect(
      message(line, .chinchilla)
        == "All values of x2 are equal, so nothing can be said of its exponent. Take a form without "
        + "it, or vary it.")
  }

  /// Resamples of copies are the data again: a spread of 0 would be called certain.
  @Test func clusters_thatAreCopies_haveNoInterval() throws {
    let runs = (0..<5).flatMap { run in
      (0..<8).map { size -> FitPoint in
        let x = 10 * pow(2, Double(size))
        return FitPoint(
          x: x, y: 3 * pow(x, -0.3) * (1 + 0.02 * sin(Double(7 * size))), cluster: run)
      }
    }
    let fit = try Fitter.fit(points: runs, uncertainty: .bootstrap(resamples: 100, seed: 1))
    #expect(fit.exponent.ci95 == nil && fit.exponent.standardError == nil)
    #expect(fit.warnings.contains { $0.code == .noInterval })
    #expect(fit.warnings.contains { $0.message.contains("5 clusters hold the same points") })
  }
}
