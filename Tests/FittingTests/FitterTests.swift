import Basics
import Fitting
import Glibc
import SweepModel
import Testing

struct FitterTests {
  static let xs = (0..<12).map { 1000 * pow(10, Double($0) / 4) }

  private func exact(exponent: Double, prefactor: Double, floor: Double) -> [FitPoint] {
    FitPoint.groupedByX(
      Self.xs.map { (x: $0, y: floor + prefactor * pow($0, -exponent)) })
  }

  @Test(arguments: [-0.5, 0.05, 0.333, 1.5])
  func powerLaw_exactData_recoversParameters(exponent: Double) throws {
    let points = exact(exponent: exponent, prefactor: 7.5, floor: 0)
    for objective: FitRequest.Objective in [.logLeastSquares, .huber(delta: 1e-3)] {
      let fit = try Fitter.fit(
        points: points, form: .power, objective: objective, uncertainty: .none)
      #expect(abs(fit.exponent.value - exponent) < 1e-10)
      #expect(abs(value(fit, "b") - 7.5) < 7.5e-10)
      #expect(fit.converged)
    }
  }

  @Test(arguments: [0.1, 0.34, 0.9], [0.02, 1.7])
  func offset_exactData_recoversParameters(exponent: Double, floor: Double) throws {
    let points = exact(exponent: exponent, prefactor: 40, floor: floor)
    for objective: FitRequest.Objective in [.logLeastSquares, .huber(delta: 1e-3)] {
      let fit = try Fitter.fit(
        points: points, form: .offset, objective: objective, uncertainty: .none)
      #expect(abs(fit.exponent.value - exponent) < 1e-10, "\(objective)")
      #expect(abs(value(fit, "E") - floor) < 1e-10 * 40, "\(objective)")
      #expect(fit.converged)
      #expect(!fit.isFloorAtBound)
    }
  }

  @Test
  func units_changed_leaveExponentAndObjective() throws {
    var generator = Noise(seed: 3)
    let points = exact(exponent: 0.3, prefactor: 20, floor: 0.4).map {
      FitPoint(x: $0.x, y: $0.y * exp(0.02 * generator.normal()), cluster: $0.cluster)
    }
    let scaled = points.map { FitPoint(x: $0.x * 1e9, y: $0.y * 1e-6, cluster: $0.cluster) }
    let one = try Fitter.fit(points: points, form: .offset, uncertainty: .none)
    let other = try Fitter.fit(points: scaled, form: .offset, uncertainty: .none)
    #expect(abs(one.exponent.value - other.exponent.value) < 1e-8)
    #expect(abs(value(one, "E") * 1e-6 - value(other, "E")) < 1e-14)
    #expect(abs(one.objectiveValue - other.objectiveValue) < 1e-10 * one.objectiveValue)
  }

  @Test
  func bootstrap_sameSeed_sameInterval() throws {
    var generator = Noise(seed: 5)
    let points = exact(exponent: 0.3, prefactor: 20, floor: 0).map {
      FitPoint(x: $0.x, y: $0.y * exp(0.05 * generator.normal()), cluster: $0.cluster)
    }
    let first = try Fitter.fit(points: points, uncertainty: .bootstrap(resamples: 300, seed: 9))
    let second = try Fitter.fit(points: points, uncertainty: .bootstrap(resamples: 300, seed: 9))
    let other = try Fitter.fit(points: points, uncertainty: .bootstrap(resamples: 300, seed: 10))
    #expect(first == second)
    #expect(first.replicates != other.replicates)
    #expect(first.uncertainty == .bootstrap(resamples: 300, seed: 9))
    let band = try #require(first.band(at: 1e4))
    #expect(band.contains(first.prediction(at: 1e4)))
  }

  @Test
  func bootstrap_oneRun_givesNoIntervalAndSaysWhy() throws {
    let points = Self.xs.map { FitPoint(x: $0, y: 3 / $0, cluster: 0) }
    let fit = try Fitter.fit(points: points)
    #expect(fit.exponent.ci95 == nil)
    #expect(
      fit.warnings.map(\.message) == [
        "No interval: all points come from one run, so nothing says how runs differ. Add seeds."
      ])
  }

  @Test
  func bootstrap_fewestPoints_isFiniteAndSaysSo() throws {
    var noise = Noise(seed: 21)
    let points = [1e3, 3e3, 9e3, 27e3].map {
      FitPoint(x: $0, y: (0.2 + 9 / $0.squareRoot()) * exp(0.01 * noise.normal()), cluster: Int($0))
    }
    let objectives: [FitRequest.Objective] = [.logLeastSquares, .huber(delta: 1e-3)]
    for (form, objective) in zip([FitRequest.Form.power, .offset], objectives) {
      let fit = try Fitter.fit(
        points: points, form: form, objective: objective,
        uncertainty: .bootstrap(resamples: 200, seed: 1))
      for parameter in fit.parameters {
        let interval = try #require(parameter.ci95)
        #expect(interval.upperBound.isFinite, "\(form) \(parameter.name)")
        #expect(interval.lowerBound.isFinite, "\(form) \(parameter.name)")
      }
      #expect(
        fit.warnings.map(\.message).contains(
          "Only 4 clusters: the interval is wide and still uncertain. Add points or seeds."))
    }
  }

  @Test
  func badPoints_anyForm_areRefusedWithRemedy() {
    func message(_ points: [FitPoint], _ form: FitRequest.Form = .power) -> String {
      do {
        _ = try Fitter.fit(points: points, form: form, uncertainty: .none)
        return "accepted"
      } catch {
        return "\(error)"
      }
    }
    var points = exact(exponent: 0.3, prefactor: 2, floor: 0)
    #expect(
      message(Array(points.prefix(2)))
        == "The form power needs at least 3 distinct values of x and got 2. "
        + "Run more points, widen the ranges, or take a form with fewer parameters.")
    points[3] = FitPoint(x: 10, y: .nan, cluster: 3)
    #expect(
      message(points)
        == "Point 4 has y = nan, which is not finite. "
        + "Leave it out (a range on y does) or mend the data.")
    let flat = Self.xs.map { FitPoint(x: $0, y: 2, cluster: Int($0)) }
    #expect(
      message(flat, .offset)
        == "All values of y are equal, so a floor cannot be told from a power law. "
        + "Take the form power.")
  }

  @Test
  func badSettings_anyPoints_areRefused() {
    let points = exact(exponent: 0.3, prefactor: 2, floor: 0)
    #expect(throws: FitError.invalidDelta(0)) {
      try Fitter.fit(points: points, objective: .huber(delta: 0))
    }
    #expect(throws: FitError.tooFewResamples(10)) {
      try Fitter.fit(points: points, uncertainty: .bootstrap(resamples: 10))
    }
  }
}

/// A parameter's value; nan when the form has none of that name.
func value(_ fit: Fit, _ name: String) -> Double { fit.parameter(name)?.value ?? .nan }

/// Seeded normal numbers for synthetic sweeps.
struct Noise {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// Between 0 and 1.
  mutating func uniform() -> Double { generator.fraction() + 0x1p-54 }

  /// Box and Muller's.
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}
