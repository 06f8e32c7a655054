import Analysis
import ArgumentParser
import Basics
import Fitting
import Foundation
import SweepModel
import Tables

/// Measures what choosing runs saves, on grids whose results are all known.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Replays complete grids: CPU time until an exponent's interval is narrow enough.",
    discussion: """
      Chooses runs as `quanta run --until` does, D-optimally, cheapest first or at random, under
      one stopping rule. The target is the complete grid's interval times --factor. Prints the
      share of the complete grid's cost that each needs, and how often the interval covers the
      true exponent (the complete grid's, where nobody knows the truth).

      Examples:
        quanta-lab bench replay --sweeps 200
        quanta-lab bench replay runs.csv --x parameters --y loss.final --cost cpu_seconds
        quanta-lab bench replay data.csv --x params --x2 tokens --y loss --form chinchilla \\
          --objective huber --where outlier5=0
      """)

  @Argument(help: "A CSV file, one row a run; synthetic grids when left out.")
  var data: String?
  @Option(help: "The column of x.")
  var x = "parameters"
  @Option(help: "The column of the second input.")
  var x2: String?
  @Option(help: "The column of the loss.")
  var y = "loss.final"
  @Option(help: "The column of a run's price; 6 times the product of the inputs when left out.")
  var cost: String?
  @Option(help: "The form.")
  var form = "power"
  @Option(help: "The objective.")
  var objective = "log-ls"
  @Option(name: .customLong("where"), help: "COLUMN=VALUE: rows to take (repeatable).")
  var filters: [String] = []
  @Option(help: "Grids of each synthetic kind; random orders of a file's runs.")
  var sweeps = 100
  @Option(help: "Targets, times the complete grid's interval (repeatable).")
  var factor: [Double] = [1, 1.5, 2]
  @Option(help: "Resamples of a fit.")
  var resamples = 200
  @Option(help: "Runs that are made at once.")
  var slots = 2
  @Option(help: "Only these choose: \(Replay.Strategy.allCases.map(\.rawValue)) (repeatable).")
  var who: [String] = []
  @Option(help: "Only synthetic grids whose name contains this.")
  var only = ""
  @Option(help: "The seed of everything.")
  var seed: UInt64 = 1
  @Flag(help: "One JSON object a line.")
  var json = false

  func run() throws {
    if !json {
      print("| grid | target | who chooses | runs | cost | saves | reached | covers |")
      print("|---|---|---|---|---|---|---|---|")
    }
    if let data {
      guard let form = FitRequest.Form(rawValue: form),
        let objective = FitRequest.Objective(name: objective)
      else { throw ValidationError("unknown form or objective") }
      let grid = try ReplayGrid(
        csv: data, x: [x] + (x2.map { [$0] } ?? []), y: y, cost: cost, form: form,
        objective: objective, filters: filters.compactMap(RowCondition.init))
      return try measure { _ in grid }
    }
    for (number, kind) in ReplayGrid.Kind.allCases.enumerated()
    where only.isEmpty || kind.rawValue.contains(only) {
      try measure { index in
        var generator = SplitMix64(seed: seed, stream: UInt64(1000 * number + index))
        return ReplayGrid(kind, &generator)
      }
    }
  }

  private func measure(_ makeGrid: (Int) -> ReplayGrid) throws {
    let grids = (0..<sweeps).map(makeGrid)
    let isReal = grids[0].truth == nil
    let completes = (isReal ? Array(grids.prefix(1)) : grids).compactMap {
      $0.fit($0.complete, resamples: resamples)?.exponent
    }
    let widths = completes.compactMap { $0.ci95.map { $0.upperBound - $0.lowerBound } }
    let target = widths.reduce(0, +) / Double(widths.count)
    for factor in factor {
      for strategy in Replay.Strategy.allCases where who.isEmpty || who.contains(strategy.rawValue)
      {
        var tally = Tally()
        for (index, grid) in grids.enumerated() {
          var generator = SplitMix64(seed: seed, stream: UInt64(index))
          let outcome = Replay(grid: grid, resamples: resamples, slots: slots).play(
            strategy, target: factor * target, &generator)
          tally.add(outcome, of: grid, truth: grid.truth ?? completes[0].value)
          if isReal, strategy != .random { break }
        }
        print(tally.line(grids[0].name, factor, strategy, json: json))
      }
    }
  }

  private struct Tally {
    var count = 0.0
    var runs = 0.0
    var share = 0.0
    var reached = 0.0
    var covered = 0.0

    mutating func add(_ outcome: Replay.Outcome, of grid: ReplayGrid, truth: Double) {
      count += 1
      runs += Double(outcome.runs) / Double(grid.complete.count)
      share += outcome.cost / grid.cost
      if outcome.reached { reached += 1 }
      if outcome.fit?.exponent.ci95?.contains(truth) == true { covered += 1 }
    }

    func line(
      _ name: String, _ factor: Double, _ strategy: Replay.Strategy, json: Bool
    ) -> String {
      func rounded(_ value: Double) -> Double { (1e3 * value / count).rounded() / 1e3 }
      if json {
        return "{\"grid\": \"\(name)\", \"target\": \(factor), \"strategy\": "
          + "\"\(strategy.rawValue)\", \"sweeps\": \(Int(count)), \"runs\": \(rounded(runs)), "
          + "\"cost\": \(rounded(share)), \"reached\": \(rounded(reached)), "
          + "\"covered\": \(rounded(covered))}"
      }
      let saving = (10 * count / share).rounded() / 10
      return "| \(name) | \(factor) | \(strategy.rawValue) | \(rounded(runs)) | \(rounded(share)) "
        + "| \(saving)× | \(rounded(reached)) | \(rounded(covered)) |"
    }
  }
}
