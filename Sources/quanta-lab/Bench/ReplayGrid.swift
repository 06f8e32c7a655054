import Analysis
import Basics
import Fitting
import Foundation
import SweepModel
import Tables

/// A complete grid whose runs have their results and prices: what a replay chooses from.
struct ReplayGrid {
  let name: String
  let form: FitRequest.Form
  let objective: FitRequest.Objective
  /// One entry for each run: its price, and the points that it brings.
  let runs: [(cost: Double, points: [FitPoint])]
  /// The true exponent; nil where nobody knows it.
  let truth: Double?
  /// The runs of the complete grid that people would have run; the others are further seeds.
  let complete: [Int]

  /// The price of the complete grid.
  var cost: Double { complete.reduce(0) { $0 + runs[$1].cost } }

  func experiment(_ run: Int) -> Experiment {
    Experiment(
      cluster: runs[run].points[0].cluster, inputs: runs[run].points.map(\.inputs),
      cost: runs[run].cost)
  }

  func fit(_ some: [Int], resamples: Int) -> Fit? {
    try? Fitter.fit(
      points: some.flatMap { runs[$0].points }, form: form, objective: objective,
      uncertainty: .bootstrap(resamples: resamples, seed: 1), selects: false)
  }

  /// Reads a table of runs, each row one run; rows of equal inputs are one cluster.
  init(
    csv path: String, x: [String], y: String, cost: String?, form: FitRequest.Form,
    objective: FitRequest.Objective, filters: [RowCondition]
  ) throws {
    let table = try Table(path: path)
    // The price rides along as the weight and is taken off again.
    let request = FitRequest(
      name: "replay", x: x[0], further: Array(x.dropFirst()), y: y, form: form)
    let points = try TableFit(
      request: request, filters: filters, weights: cost.map { .column($0) }
    ).report(over: table, settings: FitSettings(uncertainty: .none)).groups[0].points
    name = URL(fileURLWithPath: path).lastPathComponent
    self.form = form
    self.objective = objective
    truth = nil
    runs = points.map { point in
      let price = cost == nil ? point.inputs.reduce(6, *) : point.weight
      return (
        price,
        [
          FitPoint(
            x: point.x, further: Array(point.inputs.dropFirst()), y: point.y,
            cluster: point.cluster)
        ]
      )
    }
    complete = Array(runs.indices)
  }

  /// A synthetic grid: the truth, normal noise of ln y over seeds, normal lack of fit over places.
  init(_ kind: Kind, _ generator: inout SplitMix64) {
    name = kind.rawValue
    form = kind.form
    objective = .logLeastSquares
    truth = SyntheticSweep.exponent
    runs = kind.places.enumerated().flatMap { place, inputs -> [(Double, [FitPoint])] in
      let shift = kind.lackOfFit * generator.standardNormal()
      return (0..<kind.seeds * kind.spare).map { _ in
        var truth = pow(inputs[0] / 5000, -SyntheticSweep.exponent)
        if kind.form != .power { truth += 0.5 }
        if inputs.count > 1 { truth += pow(inputs[1] / 1e5, -0.3) }
        return (
          pow(inputs.reduce(1, *), kind.price),
          [
            FitPoint(
              x: inputs[0], further: Array(inputs.dropFirst()),
              y: truth * exp(shift + kind.noise * generator.standardNormal()), cluster: place)
          ]
        )
      }
    }
    complete = runs.indices.filter { $0 % (kind.seeds * kind.spare) < kind.seeds }
  }

  /// Synthetic grids.
  enum Kind: String, CaseIterable {
    case fixedSteps = "power, 20 × 3, price ∝ x"
    case power = "power, 20 × 3, price ∝ x²"
    case uneven = "power, 20 × 3, lack of fit, price ∝ x²"
    case floor = "offset, 20 × 3, price ∝ x²"
    case bivariate = "chinchilla, 10 × 10, price ∝ N·D"

    var form: FitRequest.Form {
      switch self {
      case .fixedSteps, .power, .uneven: .power
      case .floor: .offset
      case .bivariate: .chinchilla
      }
    }

    /// A run costs as the product of its inputs to this power: 1 for as many steps at every size,
    /// or as tokens are given; 2 for data in proportion to the size.
    var price: Double { [.fixedSteps, .bivariate].contains(self) ? 1 : 2 }
    var seeds: Int { self == .bivariate ? 1 : 3 }
    /// How many times as many seeds may be run.
    var spare: Int { 4 }
    var noise: Double { form == .power ? 0.05 : 0.01 }
    var lackOfFit: Double { self == .uneven ? 0.05 : 0 }

    /// x over two decades, or ten N by ten D over two decades each.
    var places: [[Double]] {
      func spaced(_ count: Int, from start: Double) -> [Double] {
        (0..<count).map { start * pow(100, Double($0) / Double(count - 1)) }
      }
      guard self == .bivariate else { return spaced(20, from: 5000).map { [$0] } }
      return spaced(10, from: 1e5).flatMap { data in
        spaced(10, from: 5000).map { size in [size, data] }
      }
    }
  }
}
