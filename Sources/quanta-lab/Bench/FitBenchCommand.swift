import Analysis
import ArgumentParser
import Basics
import Fitting
import Foundation
import SweepModel
import Tables

/// Times the bootstrap of a bivariate fit on one thread.
struct FitBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Times a bootstrap of L = E + A·N^-alpha + B·D^-beta under Huber's loss.",
    discussion: """
      DATA is a CSV file with columns params, tokens and loss; rows whose column outlier5 is not 0
      are left out where there is one. Without it the points are made up: 240 of them, from a
      seeded generator.

      Examples:
        quanta-lab bench fit --json
        quanta-lab bench fit Tests/FittingTests/Data/chinchilla_epoch.csv --resamples 4000
      """)

  @Argument(help: "A CSV file with params, tokens and loss.")
  var data: String?
  @Option(help: "Resamples.")
  var resamples = 4000
  @Option(help: "Huber's threshold.")
  var delta = 1e-3
  @Option(help: "The bootstrap's seed.")
  var seed: UInt64 = 1
  @Option(help: "Runs; the fastest one counts.")
  var runs = 3
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    guard resamples >= 100, runs > 0, delta > 0 else {
      throw ValidationError("resamples must be at least 100, runs at least 1, delta above 0.")
    }
  }

  func run() throws {
    let points = try data.map(read) ?? madeUp()
    var best: (seconds: Double, fit: Fit)?
    for _ in 0..<runs {
      let started = ContinuousClock().now
      let fit = try Fitter.fit(
        points: points, form: .chinchilla, objective: .huber(delta: delta),
        uncertainty: .bootstrap(resamples: resamples, seed: seed), selects: false)
      let duration = ContinuousClock().now - started
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      if seconds < best?.seconds ?? .infinity { best = (seconds, fit) }
    }
    guard let best else { return }
    print(json ? try line(best.fit, best.seconds) : text(best.fit, best.seconds))
  }

  private func read(_ path: String) throws -> [FitPoint] {
    let table = try Table(path: path)
    let filters =
      table.header.contains("outlier5") ? [RowCondition(column: "outlier5", value: "0")] : []
    let request = FitRequest(
      name: "bench", x: "params", further: ["tokens"], y: "loss", form: .chinchilla)
    return try TableFit(request: request, filters: filters).report(
      over: table, settings: FitSettings(uncertainty: .none)
    ).groups[0].points
  }

  /// Sizes and data over three decades each, residuals of half a percent.
  private func madeUp() -> [FitPoint] {
    var generator = SplitMix64(seed: 240, stream: 0)
    return (0..<240).map { index in
      let n = 4e7 * pow(10, Double.random(in: 0..<2.6, using: &generator))
      let d = 2e8 * pow(10, Double.random(in: 0..<3, using: &generator))
      let noise =
        0.005 * (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
        * cos(2 * Double.pi * Double.random(in: 0..<1, using: &generator))
      let loss = 1.8 + 480 * pow(n, -0.35) + 2100 * pow(d, -0.37)
      return FitPoint(x: n, further: [d], y: loss * exp(noise), cluster: index)
    }
  }

  private struct Line: Encodable {
    let points: Int
    let resamples: Int
    let seconds: Double
    let microsecondsPerFit: Double
    let unconverged: Int
    let objective: Double
    let standardErrors: [String: Double]
    let machine: String
    let commit: String?

    enum CodingKeys: String, CodingKey {
      case points, resamples, seconds, unconverged, objective, machine, commit
      case microsecondsPerFit = "microseconds_per_fit"
      case standardErrors = "standard_errors"
    }
  }

  private func line(_ fit: Fit, _ seconds: Double) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let line = Line(
      points: fit.pointCount, resamples: fit.replicates.count, seconds: seconds,
      microsecondsPerFit: 1e6 * seconds / Double(resamples),
      unconverged: fit.replicates.unconverged, objective: fit.objectiveValue,
      standardErrors: Dictionary(
        fit.parameters.compactMap { entry in entry.standardError.map { (entry.name, $0) } },
        uniquingKeysWith: { first, _ in first }), machine: BenchmarkLine.processor, commit: commit)
    return String(decoding: try encoder.encode(line), as: UTF8.self)
  }

  private func text(_ fit: Fit, _ seconds: Double) -> String {
    "\(fit.replicates.count) resampled fits of \(fit.pointCount) points: "
      + "\((seconds * 1e3).rounded() / 1e3) s, "
      + "\((1e7 * seconds / Double(resamples)).rounded() / 10) µs a fit, "
      + "\(fit.replicates.unconverged) unconverged"
  }
}
