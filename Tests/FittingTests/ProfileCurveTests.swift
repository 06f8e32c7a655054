import Fitting
import Glibc
import SweepModel
import Testing

struct ProfileCurveTests {
  private let points = (0..<12).map { index -> FitPoint in
    let x = pow(2, Double(index))
    return FitPoint(x: x, y: 3 * pow(x, -0.4) * exp(0.05 * sin(7 * Double(index))), cluster: index)
  }

  /// For a straight line of logarithms the profile is known: n·ln(1 + (v − ĉ)²/(s²·m)) with
  /// s² the variance of ĉ for σ² = RSS/n.
  @Test
  func curve_powerLaw_isTheClosedForm() throws {
    let fit = try Fitter.fit(points: points, uncertainty: .none)
    let curve = try #require(ProfileLikelihood.curve(of: "c", in: fit, points: points))
    let logs = points.map { log($0.x) }
    let mean = logs.reduce(0, +) / 12
    let spread = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    #expect(curve.samples.count == 49)
    for sample in curve.samples {
      let shift = sample.value - fit.exponent.value
      let exact = 12 * log(1 + shift * shift * spread / (2 * fit.objectiveValue))
      #expect(abs(sample.rise - exact) < 1e-7 * max(1, exact))
    }
    #expect(zip(curve.samples, curve.samples.dropFirst()).allSatisfy { $0.value < $1.value })
  }

  @Test
  func curve_anyForm_crossesTheCutAtTheInterval() throws {
    let floor = points.map { FitPoint(x: $0.x, y: $0.y + 0.3, cluster: $0.cluster) }
    for form in [FitRequest.Form.power, .offset] {
      let fit = try Fitter.fit(points: floor, form: form, uncertainty: .none)
      let curve = try #require(ProfileLikelihood.curve(of: "c", in: fit, points: floor))
      #expect(
        curve.interval == ProfileLikelihood.interval(of: "c", in: fit, points: floor), "\(form)")
      for sample in curve.samples {
        let isInside = curve.interval.contains(sample.value)
        #expect((sample.rise <= ProfileLikelihood.rise95 + 1e-6) == isInside, "\(form) \(sample)")
      }
      #expect((curve.samples.first?.value ?? 0) < curve.interval.lowerBound)
      #expect((curve.samples.last?.value ?? 0) > curve.interval.upperBound)
    }
  }

  @Test
  func curve_heldUnknownOrExact_isNone() throws {
    let held = try Fitter.fit(
      points: points, form: .offset, held: ["c": 0.4], uncertainty: .none)
    #expect(ProfileLikelihood.curve(of: "c", in: held, points: points) == nil)
    #expect(ProfileLikelihood.curve(of: "z", in: held, points: points) == nil)
    let exact = (1...4).map { FitPoint(x: pow(2, Double($0)), y: pow(2, -Double($0)), cluster: $0) }
    let fit = try Fitter.fit(points: exact, uncertainty: .none)
    #expect(
      fit.objectiveValue > 0 || ProfileLikelihood.curve(of: "c", in: fit, points: exact) == nil)
  }
}
