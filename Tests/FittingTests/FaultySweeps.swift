import Fitting
import Glibc
import SweepModel

/// Kinds of sweeps with one thing wrong.
struct FaultySweep: CustomStringConvertible, Sendable {
  let description: String
  /// What at least one warning must be.
  let codes: Set<FitWarning.Code>
  let make: @Sendable (inout Noise) -> SyntheticSweep

  /// 8 … 60 places over four decades.
  private static func places(_ count: Int) -> [Double] {
    (0..<count).map { 1000 * pow(1e4, Double($0) / Double(count - 1)) }
  }

  private static func curve(_ x: Double, _ form: FitRequest.Form) -> Double {
    (form == .offset ? 0.4 : 0) + pow(x / 1000, -0.3)
  }

  /// Checkpoints of one run with AR(ρ) residuals of 2 %, no column that says so.
  static func checkpoints(_ count: Int, _ rho: Double, _ form: FitRequest.Form) -> FaultySweep {
    FaultySweep(
      description: "\(form.rawValue), \(count) checkpoints, AR(\(rho))",
      codes: [.dependentResiduals, .betterForm, .curvature, .reversal]
    ) { noise in
      var sweep = SyntheticSweep(form: form)
      var error = noise.normal()
      for (place, x) in places(count).enumerated() {
        sweep.points.append(
          FitPoint(x: x, y: curve(x, form) * exp(0.02 * error), cluster: place))
        error = rho * error + (1 - rho * rho).squareRoot() * noise.normal()
      }
      return sweep
    }
  }

  /// Models with checkpoints each, L(N, D).
  static func models(_ count: Int, _ rows: Int, _ rho: Double) -> FaultySweep {
    FaultySweep(
      description: "chinchilla, \(count) models × \(rows) checkpoints, AR(\(rho))",
      codes: [.dependentResiduals]
    ) { noise in
      var sweep = SyntheticSweep(form: .chinchilla)
      for model in 0..<count {
        let n = 1e7 * pow(3, Double(model))
        var error = noise.normal()
        for row in 0..<rows {
          let d = 1e8 * pow(1000, Double(row) / Double(rows - 1))
          let y = (1.7 + 400 * pow(n, -0.34) + 410 * pow(d, -0.28)) * exp(0.01 * error)
          sweep.points.append(FitPoint(x: n, further: [d], y: y, cluster: model * rows + row))
          error = rho * error + (1 - rho * rho).squareRoot() * noise.normal()
        }
      }
      return sweep
    }
  }

  /// Families whose losses differ by a factor each, and whose exponents by `spread`, rows shuffled.
  static func families(_ count: Int, factor: Double, spread: Double) -> FaultySweep {
    FaultySweep(
      description: "\(count) families, ×\(factor), exponents \(spread) apart",
      codes: [.mixture, .sharedEffect]
    ) { noise in
      var sweep = SyntheticSweep()
      for family in 0..<count {
        for (place, x) in places(10).enumerated() {
          let y =
            pow(factor, Double(family)) * pow(x / 1000, -0.2 - spread * Double(family))
            * exp(0.01 * noise.normal())
          sweep.points.append(FitPoint(x: x, y: y, cluster: place))
        }
      }
      var keys = sweep.points.map { (noise.uniform(), $0) }
      keys.sort { $0.0 < $1.0 }
      sweep.points = keys.map(\.1)
      return sweep
    }
  }

  /// One point off by a factor: the first, the middle or the last.
  static func outlier(
    _ count: Int, _ at: Double, factor: Double, _ form: FitRequest.Form
  ) -> FaultySweep {
    FaultySweep(
      description: "\(form.rawValue), \(count) points, ×\(factor) at \(at) of the range",
      codes: [.outlier]
    ) { noise in
      var sweep = SyntheticSweep(form: form)
      let bad = Int(at * Double(count - 1))
      for (place, x) in places(count).enumerated() {
        let y = curve(x, form) * exp(0.01 * noise.normal()) * (place == bad ? factor : 1)
        sweep.points.append(FitPoint(x: x, y: y, cluster: place))
      }
      return sweep
    }
  }

  /// A loss that rises by a power after a share of the range.
  static func turn(_ count: Int, at: Double, rise: Double, _ form: FitRequest.Form) -> FaultySweep {
    FaultySweep(
      description: "\(form.rawValue), \(count) points, rises as x^\(rise) from \(at) of the range",
      codes: [.reversal]
    ) { noise in
      var sweep = SyntheticSweep(form: form)
      let xs = places(count)
      let turn = 1000 * pow(1e4, at)
      for (place, x) in xs.enumerated() {
        let y = curve(min(x, turn), .offset) * pow(max(1, x / turn), rise)
        sweep.points.append(FitPoint(x: x, y: y * exp(0.01 * noise.normal()), cluster: place))
      }
      return sweep
    }
  }

  /// Seeds that do the same at every scale.
  static func seeds(_ count: Int, effect: Double, named: Bool) -> FaultySweep {
    FaultySweep(
      description:
        "\(count) seeds shared by 10 scales, effect \(effect)\(named ? "" : ", no column")",
      codes: [.sharedEffect, .mixture]
    ) { noise in
      var sweep = SyntheticSweep()
      let effects = (0..<count).map { _ in effect * noise.normal() }
      for (place, x) in places(10).enumerated() {
        for seed in 0..<count {
          let y = curve(x, .power) * exp(effects[seed] + 0.01 * noise.normal())
          sweep.points.append(FitPoint(x: x, y: y, cluster: place))
          if named { sweep.seeds.append(seed) }
        }
      }
      return sweep
    }
  }

  /// A power law with a break in the middle.
  static func bend(_ count: Int, by change: Double) -> FaultySweep {
    FaultySweep(
      description: "\(count) points, exponent changes by \(change)",
      codes: [.betterForm, .curvature, .offsetIgnored, .finiteQuanta]
    ) { noise in
      var sweep = SyntheticSweep()
      let law = ScalingCurve(form: .bnsl1, values: [0, 10, 0.2, change, 1e5, 0.3])
      for (place, x) in places(count).enumerated() {
        sweep.points.append(
          FitPoint(x: x, y: law.prediction(at: x) * exp(0.01 * noise.normal()), cluster: place))
      }
      return sweep
    }
  }

  static let all: [FaultySweep] =
    [
      checkpoints(30, 0.9, .power), checkpoints(60, 0.7, .power), checkpoints(60, 0.9, .offset),
      checkpoints(200, 0.5, .power), checkpoints(200, 0.95, .power), checkpoints(200, 0.9, .offset),
      models(6, 127, 0.9), models(4, 20, 0.9), models(6, 40, 0.5),
    ]
    + [2, 3, 5].flatMap { count in
      [
        families(count, factor: 1.3, spread: 0), families(count, factor: 2, spread: 0.1),
        families(count, factor: 1, spread: 0.1),
      ]
    }
    + [FitRequest.Form.power, .offset].flatMap { form in
      [0, 0.5, 1].flatMap { at in
        [
          outlier(8, at, factor: 3, form), outlier(12, at, factor: 0.5, form),
          outlier(12, at, factor: 1.15, form), outlier(40, at, factor: 1.15, form),
        ]
      }
    }
    + [
      turn(12, at: 0.5, rise: 0.1, .power), turn(12, at: 0.75, rise: 0.1, .power),
      turn(30, at: 0.8, rise: 0.1, .offset), turn(20, at: 0.5, rise: 0.3, .offset),
      seeds(3, effect: 0.05, named: true), seeds(3, effect: 0.01, named: true),
      seeds(6, effect: 0.02, named: true), seeds(6, effect: 0.05, named: false),
      bend(12, by: 0.1), bend(12, by: 0.2), bend(30, by: 0.3), bend(30, by: -0.15),
    ]

  /// Faults that hardly any test could miss, quick ones.
  static let strong: [FaultySweep] = [
    checkpoints(200, 0.9, .power), checkpoints(60, 0.9, .offset), models(6, 127, 0.9),
    families(2, factor: 1.3, spread: 0), families(3, factor: 2, spread: 0.1),
    families(5, factor: 1.3, spread: 0), outlier(8, 0, factor: 3, .power),
    outlier(12, 0.5, factor: 0.5, .offset), outlier(12, 1, factor: 3, .offset),
    turn(12, at: 0.5, rise: 0.1, .power), turn(20, at: 0.5, rise: 0.3, .offset),
    seeds(3, effect: 0.05, named: true), seeds(6, effect: 0.05, named: false),
    bend(30, by: 0.3),
  ]
}
