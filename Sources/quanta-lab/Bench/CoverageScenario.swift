import Basics
import Fitting
import Foundation
import SweepModel

/// A kind of synthetic sweep whose truth is known: places, curve, noise, and how it is fitted.
struct CoverageScenario: Sendable {
  /// What is measured, in words.
  let name: String
  let form: FitRequest.Form
  var objective = FitRequest.Objective.logLeastSquares
  /// The inputs of every place.
  let places: [[Double]]
  /// The parameters, in the form's order.
  let truth: [Double]
  /// Runs of every place, over and over.
  var seeds = [1]
  /// Standard deviation of ln loss over runs; may depend on the place's number.
  var noise: @Sendable (Int) -> Double = { _ in 0.01 }
  var tails = Tails.normal
  /// Standard deviation of what a seed does to the level of ln loss, and to its slope over half the
  /// range: the same at every place.
  var seedEffect = 0.0
  /// Standard deviation of ln loss over places, the same for all runs of one.
  var lackOfFit = 0.0
  /// The chance that a run is missing.
  var holes = 0.0
  /// True to draw whole seeds, as `--cluster seed` does.
  var clustersSeeds = false
  /// True to count the fits that warn of what seeds share.
  var isNoticed = false
  /// The share of the sweeps that are made: slow forms get fewer.
  var share = 1.0

  enum Tails {
    case normal
    /// Student's with so many degrees of freedom.
    case heavy(degrees: Int)
    /// Some ten times as far.
    case outliers(share: Double)
  }

  /// The first exponent's place in the form, and its true value.
  var exponent: (index: Int, value: Double) {
    let index = form.parameters.firstIndex { $0.role == .exponent } ?? 0
    return (index, truth[index])
  }

  /// Points, and the seed of each.
  func sweep(_ generator: inout SplitMix64) -> (points: [FitPoint], seeds: [Int]) {
    let curve = ScalingCurve(form: form, values: truth)
    let effects = (0..<(seeds.max() ?? 1)).map { _ in
      (
        level: seedEffect * generator.standardNormal(),
        slope: seedEffect * generator.standardNormal()
      )
    }
    var (points, numbers): ([FitPoint], [Int]) = ([], [])
    for (number, inputs) in places.enumerated() {
      let shift = lackOfFit * generator.standardNormal()
      let exact = curve.prediction(at: inputs)
      let along = 2 * Double(number) / Double(max(1, places.count - 1)) - 1
      for seed in 0..<seeds[number % seeds.count] {
        let effect = effects[seed].level + along * effects[seed].slope
        let error = noise(number) * draw(&generator) + effect + shift
        guard Double.random(in: 0..<1, using: &generator) >= holes else { continue }
        points.append(
          FitPoint(
            x: inputs[0], further: Array(inputs.dropFirst()), y: exact * exp(error),
            cluster: clustersSeeds ? seed : number))
        numbers.append(seed)
      }
    }
    return (points, numbers)
  }

  private func draw(_ generator: inout SplitMix64) -> Double {
    let normal = generator.standardNormal()
    switch tails {
    case .normal: return normal
    case .outliers(let share):
      return Double.random(in: 0..<1, using: &generator) < share ? 10 * normal : normal
    case .heavy(let degrees):
      let squares = (0..<degrees).reduce(0) { sum, _ in
        let other = generator.standardNormal()
        return sum + other * other
      }
      return normal / (squares / Double(degrees)).squareRoot()
    }
  }
}

extension CoverageScenario {
  /// Places of one input, evenly in its logarithm over a ratio.
  static func line(_ count: Int, over ratio: Double = 100) -> [[Double]] {
    (0..<count).map { [5000 * pow(ratio, Double($0) / Double(count - 1))] }
  }

  /// A grid of two inputs, two decades each.
  static func grid(_ columns: Int, _ rows: Int) -> [[Double]] {
    func decades(_ place: Int, of count: Int) -> Double {
      pow(100, Double(place) / Double(max(1, count - 1)))
    }
    var places: [[Double]] = []
    for n in 0..<columns {
      for d in 0..<rows {
        places.append([1e7 * decades(n, of: columns), 1e9 * decades(d, of: rows)])
      }
    }
    return places
  }

  /// D = 20·N at all places but one.
  private static func nearly(_ count: Int) -> [[Double]] {
    (0..<count).map { place in
      let n = 1e7 * pow(1000, Double(place) / Double(count - 1))
      return [n, place == count / 2 ? 200 * n : 20 * n]
    }
  }

  static let chinchilla = [1.7, 400, 410, 0.34, 0.28]

  /// Scattered places of several inputs, three decades each: no two share a value.
  private static func scattered(_ count: Int, inputs: Int) -> [[Double]] {
    (0..<count).map { place in
      let n = (0.5 + Double(place) * 0.6180339887).truncatingRemainder(dividingBy: 1)
      let u = (0.25 + Double(place) * 0.7548776662).truncatingRemainder(dividingBy: 1)
      let d = 1e9 * pow(1000, Double(place) / Double(count - 1))
      return Array([1e7 * pow(1000, n), d, d * pow(0.02, u)].prefix(inputs))
    }
  }

  /// The places of a form's few points.
  private static func places(_ form: FitRequest.Form, _ count: Int) -> [[Double]] {
    switch form {
    case .overtrained: scattered(count, inputs: 2).map { [1e10 * $0[0], $0[1] / 2e8] }
    case .errorLaw: (0..<count).map { [1 + 3 * Double($0) / Double(count - 1)] }
    default:
      form.inputCount == 1
        ? line(count, over: 1000) : scattered(count, inputs: form.inputCount)
    }
  }

  /// Forms with parameters at which their terms are seen, and the noise of their few points.
  private static let curves: [(form: FitRequest.Form, truth: [Double], noise: Double)] = [
    (.power, [30, 0.4], 0.05), (.offset, [0.5, 30, 0.4], 0.005),
    (.shifted, [0.5, 30, 0.4, 2000], 0.005), (.m4, [0.05, 5, 0.3, 1], 0.005),
    (.bnsl1, [0.5, 30, 0.2, 0.3, 1e5, 0.3], 0.002),
    (.chinchilla, [1.7, 400, 410, 0.34, 0.28], 0.002),
    (.chinchillaTied, [1.7, 400, 410, 0.3], 0.002), (.overtrained, [1.5, 140, 190, 0.12], 0.002),
    (.repeated, [1.9, 500, 1500, 0.35, 0.36, 5, 15], 0.002), (.errorLaw, [0.76, 1.3, 0.97], 0.005),
    (.quanta, [1, 0.4, 2e7], 0.005), (.quantaData, [2, 0.4, 1e4, 20], 0.005),
  ]

  /// Slow forms get fewer sweeps.
  private static func share(_ form: FitRequest.Form) -> Double {
    switch form {
    case .repeated: 0.2
    case .bnsl1, .m4, .quanta, .quantaData: 0.3
    default: 1
    }
  }

  /// Few points of every form, with and without seeds.
  static var few: [CoverageScenario] {
    curves.flatMap { form, truth, noise in
      [1, 2, 4].flatMap { more in
        [1, 3].map { seeds in
          CoverageScenario(
            name: "\(form.rawValue), \(truth.count) + \(more) places × \(seeds)", form: form,
            places: places(form, truth.count + more), truth: truth, seeds: [seeds],
            noise: { _ in noise }, share: share(form))
        }
      }
    }
  }

  /// Designs of two inputs.
  static var designs: [CoverageScenario] {
    [(2, 3), (3, 3), (4, 4), (5, 5)].map { columns, rows in
      CoverageScenario(
        name: "chinchilla, \(columns) × \(rows)", form: .chinchilla, places: grid(columns, rows),
        truth: chinchilla)
    } + [
      CoverageScenario(
        name: "chinchilla, D = 20·N at 11 of 12", form: .chinchilla, places: nearly(12),
        truth: chinchilla)
    ]
  }

  /// Errors that are not all of one size and independent.
  static var errors: [CoverageScenario] {
    let plain = line(12)
    let truth = [0.5, 30.0, 0.4]
    return [
      CoverageScenario(
        name: "offset, floor 0, 12 × 1", form: .offset, places: plain, truth: [0, 30, 0.4],
        noise: { _ in 0.02 }),
      CoverageScenario(
        name: "offset, noise grows fivefold, 12 × 1", form: .offset, places: plain, truth: truth,
        noise: { 0.002 * pow(5, Double($0) / 11) }),
      CoverageScenario(
        name: "power, noise grows fivefold, 12 × 1", form: .power, places: plain,
        truth: [30, 0.4], noise: { 0.02 * pow(5, Double($0) / 11) }),
      CoverageScenario(
        name: "power, noise grows fivefold, 30 × 1", form: .power, places: line(30),
        truth: [30, 0.4], noise: { 0.02 * pow(5, Double($0) / 29) }),
      CoverageScenario(
        name: "power, 5 % outliers, huber, 12 × 1", form: .power, objective: .huber(delta: 0.01),
        places: plain, truth: [30, 0.4], noise: { _ in 0.02 }, tails: .outliers(share: 0.05)),
      CoverageScenario(
        name: "power, t₂ tails, 8 × 1", form: .power, places: line(8), truth: [30, 0.4],
        noise: { _ in 0.02 }, tails: .heavy(degrees: 2)),
      CoverageScenario(
        name: "offset, t₂ tails, 24 × 1", form: .offset, places: line(24), truth: truth,
        noise: { _ in 0.004 }, tails: .heavy(degrees: 2)),
      CoverageScenario(
        name: "offset, floor 0, 24 × 1", form: .offset, places: line(24), truth: [0, 30, 0.4],
        noise: { _ in 0.02 }),
      CoverageScenario(
        name: "power, 5 % outliers, huber, 30 × 1", form: .power, objective: .huber(delta: 0.01),
        places: line(30), truth: [30, 0.4], noise: { _ in 0.02 }, tails: .outliers(share: 0.05)),
      CoverageScenario(
        name: "power, t₂ tails, 20 × 1", form: .power, places: line(20), truth: [30, 0.4],
        noise: { _ in 0.02 }, tails: .heavy(degrees: 2)),
      CoverageScenario(
        name: "power, 1 to 8 seeds, 12 places", form: .power, places: plain, truth: [30, 0.4],
        seeds: [1, 8, 2, 4], noise: { _ in 0.05 }, lackOfFit: 0.02),
      CoverageScenario(
        name: "power, 1 to 8 seeds, 12 places, no lack of fit", form: .power, places: plain,
        truth: [30, 0.4], seeds: [1, 8, 2, 4], noise: { _ in 0.05 }),
      CoverageScenario(
        name: "offset, 1 to 8 seeds, 12 places", form: .offset, places: plain, truth: truth,
        seeds: [1, 8, 2, 4], noise: { _ in 0.005 }),
      CoverageScenario(
        name: "power, seeds shared, 10 × 6, by seed", form: .power, places: line(10),
        truth: [30, 0.4], seeds: [6], seedEffect: 0.05, clustersSeeds: true),
      CoverageScenario(
        name: "power, seeds shared, 10 × 6, by default", form: .power, places: line(10),
        truth: [30, 0.4], seeds: [6], seedEffect: 0.05, isNoticed: true),
    ]
  }

  /// What the method was not chosen on.
  static var others: [CoverageScenario] {
    let (power, offset) = ([30.0, 0.4], [0.5, 30.0, 0.4])
    return [
      CoverageScenario(
        name: "power, noise shrinks fivefold, 12 × 1", form: .power, places: line(12), truth: power,
        noise: { 0.1 * pow(0.2, Double($0) / 11) }),
      CoverageScenario(
        name: "offset, noise shrinks fivefold, 12 × 1", form: .offset, places: line(12),
        truth: offset, noise: { 0.01 * pow(0.2, Double($0) / 11) }),
      CoverageScenario(
        name: "offset, noise grows threefold, 16 × 1", form: .offset, places: line(16),
        truth: offset, noise: { 0.003 * pow(3, Double($0) / 15) }),
      CoverageScenario(
        name: "power, noise grows threefold, 8 × 1", form: .power, places: line(8), truth: power,
        noise: { 0.02 * pow(3, Double($0) / 7) }),
      CoverageScenario(
        name: "power, t₃ tails, 16 × 1", form: .power, places: line(16), truth: power,
        noise: { _ in 0.02 }, tails: .heavy(degrees: 3)),
      CoverageScenario(
        name: "power, 3 % outliers, huber, 16 × 1", form: .power, objective: .huber(delta: 0.01),
        places: line(16), truth: power, noise: { _ in 0.02 }, tails: .outliers(share: 0.03)),
    ]
  }
}
