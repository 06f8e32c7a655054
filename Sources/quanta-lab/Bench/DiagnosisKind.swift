import Basics
import Fitting
import Foundation
import SweepModel

/// A kind of synthetic sweep with nothing wrong, or one thing.
struct DiagnosisKind {
  let name: String
  let scenario: CoverageScenario
  /// What a warning should be; empty where nothing is wrong.
  var codes: Set<FitWarning.Code> = []
  /// True to name the seeds' column.
  var namesSeeds = true
  /// What is wrong.
  var fault: ([FitPoint], inout SplitMix64) -> [FitPoint] = { points, _ in points }

  /// The points and what is known of them.
  func sweep(_ generator: inout SplitMix64) -> (points: [FitPoint], context: FitContext) {
    let points = fault(scenario.sweep(&generator).points, &generator)
    let seeds = scenario.seeds[0]
    let columns =
      seeds > 1 && namesSeeds && points.count == seeds * scenario.places.count
      ? [FitContext.Column(name: "seed", values: points.indices.map { $0 % seeds })] : []
    return (points, FitContext(columns: columns, words: .table))
  }
}

extension DiagnosisKind {
  private static let power = [30.0, 0.4]
  private static let offset = [0.5, 30, 0.4]
  private static let shapes: Set<FitWarning.Code> = [
    .betterForm, .curvature, .offsetIgnored, .finiteQuanta, .reversal,
  ]

  private static func line(
    _ form: FitRequest.Form, _ count: Int, seeds: Int = 1, noise: Double = 0.01
  ) -> CoverageScenario {
    CoverageScenario(
      name: "\(form.rawValue), \(count) × \(seeds)", form: form,
      places: CoverageScenario.line(count, over: 1000), truth: form == .power ? power : offset,
      seeds: [seeds], noise: { _ in noise })
  }

  private static func surface(_ n: Int, _ d: Int, seeds: Int) -> CoverageScenario {
    CoverageScenario(
      name: "chinchilla, \(n * d) × \(seeds)", form: .chinchilla,
      places: CoverageScenario.grid(n, d), truth: CoverageScenario.chinchilla, seeds: [seeds],
      noise: { _ in 0.005 })
  }

  /// Sweeps with nothing wrong.
  static var clean: [DiagnosisKind] {
    let lines = [FitRequest.Form.power, .offset].flatMap { form in
      [8, 12, 30, 60].flatMap { count in [1, 3].map { line(form, count, seeds: $0) } }
    }
    let surfaces = [(2, 4), (3, 4), (5, 6), (6, 10)].flatMap { n, d in
      [1, 3].map { surface(n, d, seeds: $0) }
    }
    return (lines + surfaces).map { DiagnosisKind(name: "clean: \($0.name)", scenario: $0) }
  }

  /// Sweeps with one thing wrong.
  static var faulty: [DiagnosisKind] {
    dependent + mixed + mixedSurfaces + lone + bent + shared
  }

  private static func moved(
    _ points: [FitPoint], _ factor: (Int, FitPoint) -> Double
  ) -> [FitPoint] {
    points.enumerated().map { index, point in
      FitPoint(
        x: point.x, further: Array(point.inputs.dropFirst()), y: point.y * factor(index, point),
        cluster: point.cluster)
    }
  }

  private static var dependent: [DiagnosisKind] {
    [30, 60, 127].flatMap { count in
      [0.9, 0.7].flatMap { rho in
        [FitRequest.Form.power, .offset].map { form in
          DiagnosisKind(
            name: "\(form.rawValue), \(count) checkpoints, AR(\(rho))",
            scenario: line(form, count, noise: 0), codes: shapes.union([.dependentResiduals])
          ) { points, generator in
            var error = generator.standardNormal()
            return moved(points) { _, _ in
              defer {
                error = rho * error + (1 - rho * rho).squareRoot() * generator.standardNormal()
              }
              return exp(0.02 * error)
            }
          }
        }
      }
    }
  }

  private static var mixed: [DiagnosisKind] {
    [3, 4, 6].flatMap { count in
      [true, false].map { isNamed in
        DiagnosisKind(
          name: "\(count) families of 10, exponents 0.05 apart, "
            + (isNamed ? "a column" : "no column, rows shuffled"),
          scenario: line(.power, 10, seeds: count), codes: [.mixture, .sharedEffect],
          namesSeeds: isNamed
        ) { points, generator in
          let rows = moved(points) { index, point in
            let family = Double(index % count)
            return pow(1.15, family) * pow(point.x / 5000, -0.05 * family)
          }
          return isNamed ? rows : rows.shuffled(using: &generator)
        }
      }
    }
  }

  private static var mixedSurfaces: [DiagnosisKind] {
    [2, 3].map { count in
      DiagnosisKind(
        name: "chinchilla, \(count) families of 5 × 6, ×1.1 apart, no column, rows shuffled",
        scenario: surface(5, 6, seeds: count), codes: [.mixture, .sharedEffect], namesSeeds: false
      ) { points, generator in
        moved(points) { index, _ in pow(1.1, Double(index % count)) }.shuffled(using: &generator)
      }
    }
  }

  private static var lone: [DiagnosisKind] {
    [12, 30].flatMap { count in
      [3.0, 5, 10].map { size in
        DiagnosisKind(
          name: "power, \(count) × 1, one point \(Int(size)) σ off", scenario: line(.power, count),
          codes: [.outlier]
        ) { points, generator in
          let bad = Int.random(in: points.indices, using: &generator)
          return moved(points) { index, _ in index == bad ? exp(0.01 * size) : 1 }
        }
      }
    }
  }

  private static var bent: [DiagnosisKind] {
    func turned(_ scenario: CoverageScenario, _ name: String, rise: Double) -> DiagnosisKind {
      DiagnosisKind(name: name, scenario: scenario, codes: shapes) { points, _ in
        let xs = points.map(\.x).sorted()
        let turn = xs[2 * xs.count / 3]
        return moved(points) { _, point in pow(max(1, point.x / turn), rise) }
      }
    }
    return [
      turned(line(.power, 12), "power, 12 × 1, rises as x^0.1 in the last third", rise: 0.5),
      turned(line(.power, 30), "power, 30 × 1, rises as x^0.1 in the last third", rise: 0.5),
      turned(line(.power, 12), "power, 12 × 1, flattens by 0.1 in the last third", rise: 0.1),
      turned(line(.power, 30), "power, 30 × 1, flattens by 0.1 in the last third", rise: 0.1),
      turned(
        surface(5, 6, seeds: 1), "chinchilla, 30 × 1, rises with N in the last third", rise: 0.3),
    ]
  }

  private static var shared: [DiagnosisKind] {
    [true, false].map { isNamed in
      var scenario = line(.power, 10, seeds: 3)
      scenario.seedEffect = 0.03
      return DiagnosisKind(
        name: "power, 10 × 3, seeds shift all scales by 3 σ" + (isNamed ? "" : ", no column"),
        scenario: scenario, codes: [.sharedEffect, .mixture], namesSeeds: isNamed)
    }
      + [12, 30].map { count in
        var scenario = line(.power, count, seeds: 3)
        scenario.lackOfFit = 0.03
        return DiagnosisKind(
          name: "power, \(count) × 3, places scatter 3 σ", scenario: scenario,
          codes: shapes.union([.lackOfFit, .dependentResiduals, .sharedEffect]))
      }
  }
}
