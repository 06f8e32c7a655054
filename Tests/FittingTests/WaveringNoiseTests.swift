import Basics
import Glibc
import SweepModel
import Testing

@testable import Fitting

/// Dependence beside a wrong form, and bends on few points.
@Suite struct WaveringNoiseTests {
  /// y·exp(e), e of an AR(ρ) process or, of no noise, a wave of eight periods.
  private func points(
    _ count: Int, rho: Double, noise: Double, seed: UInt64, floor: Double
  ) -> [FitPoint] {
    var generator = SplitMix64(seed: seed, stream: 3)
    var error = generator.standardNormal()
    return (0..<count).map { index in
      let u = Double(index) / Double(count - 1)
      let x = pow(10, 3 + 3 * u)
      defer { error = rho * error + (1 - rho * rho).squareRoot() * generator.standardNormal() }
      let wave = noise > 0 ? noise * error : 0.004 * sin(16 * Double.pi * u)
      return FitPoint(x: x, y: (floor + 20 * pow(x, -0.3)) * exp(wave), cluster: index)
    }
  }

  private func codes(
    _ points: [FitPoint], _ form: FitRequest.Form = .power
  ) throws -> [FitWarning.Code] {
    try Fitter.fit(points: points, form: form, uncertainty: .none).warnings.map(\.code)
  }

  @Test(arguments: [0.0, 0.7])
  func warnings_floorBehindDependentNoise_adviseTheFloorBeforeTheClusters(rho: Double) throws {
    let sweep = points(60, rho: rho, noise: rho > 0 ? 0.004 : 0, seed: 1, floor: 1)
    #expect(try codes(sweep) == [.offsetIgnored, .dependentResiduals])
  }

  @Test func warnings_dependentNoiseAroundThePowerLaw_adviseNoOtherForm() throws {
    let shapes: Set<FitWarning.Code> = [.offsetIgnored, .betterForm, .finiteQuanta, .curvature]
    let sent = try (0..<3 as Range<UInt64>).count { seed in
      let sweep = points(60, rho: 0.9, noise: 0.02, seed: seed + 100, floor: 0)
      return try !shapes.isDisjoint(with: codes(sweep))
    }
    #expect(sent == 0)
  }

  /// A broken law follows it, of breaks that lie far beyond the points.
  @Test func warnings_exponentialDecay_nameTheWrongForm() throws {
    let decay = (1...20).map { step in
      FitPoint(x: Double(step), y: 1 + 5 * exp(-0.25 * Double(step)), cluster: step)
    }
    let found = try codes(decay, .offset)
    #expect(found.contains(.betterForm) || found.contains(.curvature), "\(found)")
  }

  private func places(_ count: Int) -> [Double] {
    (0..<count).map { 1000 * pow(1000, Double($0) / Double(count - 1)) }
  }

  /// A parabola in ln x is nearly all that a floor adds here; the rest stands for noise.
  @Test(arguments: [5, 6])
  func warnings_fewPointsPlainlyBent_nameTheBend(count: Int) throws {
    let found = try codes(
      places(count).enumerated().map {
        FitPoint(x: $1, y: 1 + 20 * pow($1, -0.3), cluster: $0)
      })
    #expect(found.contains(.curvature) || found.contains(.offsetIgnored), "\(found)")
  }

  @Test(arguments: [4, 5, 6])
  func warnings_fewPointsOfAPowerLaw_areNone(count: Int) throws {
    let line = places(count).enumerated().map { index, x in
      FitPoint(
        x: x, y: 20 * pow(x, -0.3) * (index % 2 == 0 ? 1.003 : 0.997), cluster: index)
    }
    #expect(try codes(line).isEmpty)
  }
}
