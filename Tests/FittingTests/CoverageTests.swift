import Fitting
import Glibc
import SweepModel
import Testing

/// Synthetic sweeps with a known exponent: how often the nominal 95 % interval covers it, in small;
/// `quanta-lab bench coverage` measures it at full size.
struct CoverageTests {
  struct Setting: CustomStringConvertible {
    let form: FitRequest.Form
    let seedNoise: Double
    let lackOfFit: Double
    var description: String {
      "\(form.rawValue), seeds \(seedNoise), lack of fit \(lackOfFit)"
    }
  }

  static let settings = [
    Setting(form: .power, seedNoise: 0.05, lackOfFit: 0),
    Setting(form: .power, seedNoise: 0.05, lackOfFit: 0.05),
    Setting(form: .power, seedNoise: 0.005, lackOfFit: 0.05),
    Setting(form: .offset, seedNoise: 0.005, lackOfFit: 0),
    Setting(form: .offset, seedNoise: 0.02, lackOfFit: 0),
    Setting(form: .offset, seedNoise: 0.005, lackOfFit: 0.005),
  ]

  /// Ten points × three seeds over 1.7 decades of x, c = 0.4.
  static func sweep(_ setting: Setting, _ noise: inout Noise) -> [FitPoint] {
    (0..<10).flatMap { point in
      let x = 5000 * pow(50, Double(point) / 9)
      let floor = setting.form == .offset ? 0.5 : 0
      let truth = floor + pow(x / 5000, -0.4)
      let shift = setting.lackOfFit * noise.normal()
      return (0..<3).map { _ in
        FitPoint(x: x, y: truth * exp(shift + setting.seedNoise * noise.normal()), cluster: point)
      }
    }
  }

  @Test(arguments: settings)
  func interval_syntheticSweeps_coversTheExponent(setting: Setting) throws {
    let sweeps = 60
    let seed: UInt64 = 20_260_401
    var noise = Noise(seed: seed)
    var covered = 0
    for index in 0..<sweeps {
      let fit = try Fitter.fit(
        points: Self.sweep(setting, &noise), form: setting.form,
        uncertainty: .bootstrap(resamples: 200, seed: UInt64(index)), selects: false)
      let interval = try #require(fit.exponent.ci95)
      if interval.contains(0.4) { covered += 1 }
    }
    let rate = Double(covered) / Double(sweeps)
    // Four binomial standard errors below 0.95.
    let tolerance = 4 * (0.95 * 0.05 / Double(sweeps)).squareRoot()
    #expect(rate > 0.95 - tolerance, "seed \(seed), \(setting): \(covered) of \(sweeps)")
  }
}
