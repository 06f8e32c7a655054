import ArgumentParser
import Basics
import Fitting
import Foundation
import SweepModel

/// Measures how often nominal 95 % intervals cover the exponent of synthetic sweeps.
struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Measures how often 95 % intervals cover the exponent of synthetic sweeps.",
    discussion: """
      Sweeps of g grid points × seeds with known exponents; the logarithm of the loss has normal
      noise over seeds, a normal lack of fit over points, and holes at random. Prints a table.

      With --set hard, few points of every form, weak designs, and noise that is uneven, heavy-tailed or
      shared by seeds; the table has the number of sweeps (slow forms get a fifth or a third), the share
      that the interval covers ± its standard error, and how often something was warned of. Kinds of
      sweeps are measured side by side; numbers do not depend on how many cores there are.

      Examples:
        quanta-lab bench coverage --sweeps 1000
        quanta-lab bench coverage --set hard --seed 2 --only "t₂"
      """)

  @Option(help: "Synthetic sweeps of each kind.")
  var sweeps = 1000
  @Option(help: "Resamples of each.")
  var resamples = 400
  @Option(help: "The seed of everything.")
  var seed: UInt64 = 1
  @Option(help: "Which sweeps: usual, or hard ones (few points, weak designs, other errors).")
  var set = Set.usual
  @Option(help: "Only hard sweeps whose name holds this.")
  var only = ""
  @Flag(help: "One JSON object a line.")
  var json = false

  func validate() throws {
    guard sweeps > 0, resamples >= 100 else {
      throw ValidationError("sweeps must be at least 1 and resamples at least 100.")
    }
  }

  func run() throws {
    if !json, set == .usual {
      print("| form, points × seeds | noise | lack of fit | holes | covered | mean width |")
      print("|---|---|---|---|---|---|")
    }
    if set == .hard { return runHard() }
    for (number, sweep) in SyntheticSweep.all.enumerated() {
      var generator = SplitMix64(seed: seed, stream: UInt64(number))
      let result = try measure(sweep, &generator)
      print(json ? sweep.json(result) : sweep.row(result))
    }
  }

  enum Set: String, ExpressibleByArgument { case usual, hard }

  private func runHard() {
    if !json {
      print("| sweep | sweeps | covered | median width | by |\n|---|---|---|---|---|")
    }
    let all =
      CoverageScenario.few + CoverageScenario.designs + CoverageScenario.errors
      + CoverageScenario.others
    let chosen = all.enumerated().filter { only.isEmpty || $1.name.contains(only) }
    CoverageMeasurement.all(
      chosen.map { (UInt64($0), $1) }, sweeps: sweeps, resamples: resamples, seed: seed
    ) { [json] scenario, measured in
      print(json ? measured.json(scenario.name) : measured.row(scenario.name))
      fflush(nil)
    }
  }

  private func measure(
    _ sweep: SyntheticSweep, _ generator: inout SplitMix64
  ) throws -> (rate: Double, width: Double) {
    var covered = 0
    var width = 0.0
    for index in 0..<sweeps {
      let fit = try Fitter.fit(
        points: sweep.points(&generator), form: sweep.form,
        uncertainty: .bootstrap(resamples: resamples, seed: UInt64(index)), selects: false)
      guard let interval = fit.exponent.ci95 else { continue }
      if interval.contains(SyntheticSweep.exponent) { covered += 1 }
      width += (interval.upperBound - interval.lowerBound) / Double(sweeps)
    }
    return (Double(covered) / Double(sweeps), width)
  }
}

/// A sweep whose truth is known.
struct SyntheticSweep {
  /// The exponent to cover.
  static let exponent = 0.4

  let form: FitRequest.Form
  let places: Int
  let seeds: Int
  /// Standard deviation of ln loss over seeds.
  let noise: Double
  /// Standard deviation of ln loss over grid points.
  let lackOfFit: Double
  /// The chance that a run is missing.
  let holes: Double

  static let all = [
    SyntheticSweep(form: .power, places: 10, seeds: 3, noise: 0.05, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .power, places: 10, seeds: 3, noise: 0.05, lackOfFit: 0.05, holes: 0),
    SyntheticSweep(form: .power, places: 10, seeds: 3, noise: 0.005, lackOfFit: 0.05, holes: 0.1),
    SyntheticSweep(form: .power, places: 6, seeds: 3, noise: 0.05, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .power, places: 20, seeds: 1, noise: 0.05, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .offset, places: 10, seeds: 3, noise: 0.005, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .offset, places: 10, seeds: 3, noise: 0.02, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .offset, places: 10, seeds: 3, noise: 0.005, lackOfFit: 0.005, holes: 0.1),
    SyntheticSweep(form: .offset, places: 14, seeds: 3, noise: 0.005, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .offset, places: 20, seeds: 3, noise: 0.01, lackOfFit: 0, holes: 0.1),
    SyntheticSweep(form: .chinchilla, places: 25, seeds: 1, noise: 0.005, lackOfFit: 0, holes: 0),
    SyntheticSweep(form: .chinchilla, places: 25, seeds: 3, noise: 0.02, lackOfFit: 0, holes: 0.1),
    SyntheticSweep(form: .chinchilla, places: 50, seeds: 1, noise: 0.01, lackOfFit: 0, holes: 0.1),
  ]

  /// x over 1.7 decades, or a grid of five N over two decades by D over two.
  func points(_ generator: inout SplitMix64) -> [FitPoint] {
    (0..<places).flatMap { place -> [FitPoint] in
      let shift = lackOfFit * generator.standardNormal()
      let inputs = inputs(place)
      var truth = pow(inputs[0] / 5000, -Self.exponent) + (form == .power ? 0 : 0.5)
      if inputs.count > 1 { truth += pow(inputs[1] / 1e5, -0.3) }
      return (0..<seeds).compactMap { _ in
        let y = truth * exp(shift + noise * generator.standardNormal())
        guard Double.random(in: 0..<1, using: &generator) >= holes else { return nil }
        return FitPoint(
          x: inputs[0], further: Array(inputs.dropFirst()), y: y, cluster: place)
      }
    }
  }

  private func inputs(_ place: Int) -> [Double] {
    guard form == .chinchilla else { return [5000 * pow(50, Double(place) / Double(places - 1))] }
    return [
      5000 * pow(100, Double(place % 5) / 4),
      1e5 * pow(100, Double(place / 5) / Double(places / 5 - 1)),
    ]
  }

  func row(_ result: (rate: Double, width: Double)) -> String {
    "| \(form.rawValue), \(places) × \(seeds) | \(noise) | \(lackOfFit) | \(holes) "
      + "| \((1e3 * result.rate).rounded() / 1e3) | \((1e4 * result.width).rounded() / 1e4) |"
  }

  func json(_ result: (rate: Double, width: Double)) -> String {
    "{\"form\": \"\(form.rawValue)\", \"points\": \(places), \"seeds\": \(seeds), "
      + "\"noise\": \(noise), \"lack_of_fit\": \(lackOfFit), \"holes\": \(holes), "
      + "\"covered\": \(result.rate), \"width\": \(result.width)}"
  }
}
