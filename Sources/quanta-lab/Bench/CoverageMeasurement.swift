import Basics
import Fitting
import Foundation
import SweepModel

/// How often intervals cover the exponent of sweeps of one kind.
struct CoverageMeasurement: Sendable {
  /// Synthetic sweeps.
  let sweeps: Int
  /// Those whose interval covers the true exponent.
  private(set) var covered = 0
  /// Those whose exponent is called not identified.
  private(set) var unidentified = 0
  /// Those whose fit warns of what seeds share; nil where nothing was looked for.
  private(set) var noticed: Int?
  private var widths: [Double] = []
  private var methods: [String: Int] = [:]

  /// Fits as many sweeps of a kind, drawn from a stream of their own.
  init(_ scenario: CoverageScenario, sweeps: Int, resamples: Int, seed: UInt64, stream: UInt64) {
    var generator = SplitMix64(seed: seed, stream: stream)
    self.sweeps = sweeps
    if scenario.isNoticed { noticed = 0 }
    for index in 0..<sweeps { add(scenario, &generator, resamples, UInt64(index)) }
  }

  private mutating func add(
    _ scenario: CoverageScenario, _ generator: inout SplitMix64, _ resamples: Int, _ seed: UInt64
  ) {
    let (points, seeds) = scenario.sweep(&generator)
    let context = FitContext(columns: [FitContext.Column(name: "seed", values: seeds)])
    guard
      let fit = try? Fitter.fit(
        points: points, form: scenario.form, objective: scenario.objective,
        uncertainty: .bootstrap(resamples: resamples, seed: seed), selects: scenario.isNoticed,
        context: context)
    else { return }
    let (place, truth) = scenario.exponent
    methods[Self.word(fit.intervals), default: 0] += 1
    if fit.warnings.contains(where: { $0.code == .sharedEffect }) { noticed? += 1 }
    if !fit.parameters[place].isIdentified { unidentified += 1 }
    guard let interval = fit.parameters[place].ci95 else { return }
    if interval.contains(truth) { covered += 1 }
    widths.append(interval.upperBound - interval.lowerBound)
  }

  private static func word(_ method: IntervalMethod) -> String {
    if case .profile(let reason) = method { return "profile (\(reason.rawValue))" }
    return "\(method)"
  }

  /// The share of sweeps that are covered.
  var rate: Double { Double(covered) / Double(sweeps) }

  /// The standard error of that share, binomial.
  var error: Double { (rate * (1 - rate) / Double(sweeps)).squareRoot() }

  /// The median width; infinite where most intervals have no end.
  var width: Double {
    widths.isEmpty ? 0 : widths.sorted()[widths.count / 2]
  }

  /// A row of a Markdown table.
  func row(_ name: String) -> String {
    let by = methods.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    var notes = by.joined(separator: ", ")
    if unidentified > 0 { notes += "; not identified in \(unidentified)" }
    if let noticed { notes += "; warned of in \(noticed)" }
    return "| \(name) | \(sweeps) | \(rounded(rate, 3)) ± \(rounded(error, 3)) "
      + "| \(rounded(width, 4)) | \(notes) |"
  }

  /// A line of JSON.
  func json(_ name: String) -> String {
    let width = width.isFinite ? "\(rounded(width, 4))" : "null"
    return "{\"sweep\": \"\(name)\", \"sweeps\": \(sweeps), \"covered\": \(rounded(rate, 3)), "
      + "\"se\": \(rounded(error, 3)), \"width\": \(width), \"unidentified\": \(unidentified), "
      + "\"warned\": \(noticed.map { "\($0)" } ?? "null")}"
  }

  private func rounded(_ value: Double, _ places: Int) -> Double {
    let unit = pow(10, Double(places))
    return (unit * value).rounded() / unit
  }
}

extension CoverageMeasurement {
  /// Measures kinds of sweeps on all cores and tells each as soon as it and all before it are done;
  /// results do not depend on the number of cores.
  static func all(
    _ scenarios: [(stream: UInt64, scenario: CoverageScenario)], sweeps: Int, resamples: Int,
    seed: UInt64, tell: @escaping @Sendable (CoverageScenario, CoverageMeasurement) -> Void
  ) {
    let lock = NSLock()
    let done = Ordered(count: scenarios.count)
    DispatchQueue.concurrentPerform(iterations: scenarios.count) { number in
      let (stream, scenario) = scenarios[number]
      let measured = CoverageMeasurement(
        scenario, sweeps: max(1, Int(Double(sweeps) * scenario.share)), resamples: resamples,
        seed: seed, stream: stream)
      lock.withLock {
        for (place, measured) in done.take(number, measured) {
          tell(scenarios[place].scenario, measured)
        }
      }
    }
  }

  /// What is measured out of turn waits for what comes before it.
  private final class Ordered: @unchecked Sendable {
    private var results: [CoverageMeasurement?]
    private var next = 0

    init(count: Int) { results = Array(repeating: nil, count: count) }

    func take(_ number: Int, _ result: CoverageMeasurement) -> [(Int, CoverageMeasurement)] {
      results[number] = result
      var ready: [(Int, CoverageMeasurement)] = []
      while next < results.count, let result = results[next] {
        ready.append((next, result))
        next += 1
      }
      return ready
    }
  }
}
