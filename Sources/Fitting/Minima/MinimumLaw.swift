import Basics
import Glibc
import SweepModel

/// A run at some scale with some settings, such as a learning rate and a batch size.
public struct MinimumRun: Hashable, Sendable {
  /// What the best settings depend on, such as N and D.
  public let scales: [Double]
  /// What is set, one or two numbers.
  public let settings: [Double]
  /// The metric.
  public let y: Double

  /// Creates a run.
  public init(scales: [Double], settings: [Double], y: Double) {
    self.scales = scales
    self.settings = settings
    self.y = y
  }
}

/// How the best settings move with scale: at every scale the minimum of a parabola in log setting (of
/// two settings a quadratic form), then setting* = 10^k·Π scale^a by least squares of logarithms.
///
/// The isoFLOP frontier is the same with N as the setting and C as the scale.
///
/// **Intervals.** Runs are resampled within their scale and everything is done again, with
/// t-expanded percentiles; that is blind to how the minima scatter around the law. So an interval is at
/// least as wide as Student's t of the regression through the minima.
public struct MinimumLaw: Hashable, Sendable {
  /// One for every setting.
  public let laws: [Law]
  /// One for every scale, ascending.
  public let scales: [Scale]
  /// Resamples that gave a law.
  public let resampleCount: Int
  /// What a reader must know.
  public let warnings: [FitWarning]

  /// setting* = 10^k·Π scale^a.
  public struct Law: Hashable, Sendable {
    /// a, one for each scale.
    public let exponents: [Estimate]
    /// k.
    public let intercept: Estimate
    let coefficients: [Double]
    let replicates: [[Double]]
    let regression: Regression

    /// The best setting at scales, with its interval.
    public func best(at scales: [Double], name: String = "best") -> Estimate {
      let row = [1] + scales.map { log10($0) }
      return regression.estimate(name, coefficients, replicates, row, isLogarithmic: true)
    }
  }

  /// The runs of one scale.
  public struct Scale: Hashable, Sendable {
    /// Such as N and D.
    public let values: [Double]
    /// Runs.
    public let count: Int
    /// What came of them.
    public let outcome: Outcome
  }

  /// What came of the runs of one scale.
  public enum Outcome: Hashable, Sendable {
    /// The best settings, y there, and the curvatures of y in log₁₀ settings.
    case minimum(settings: [Double], y: Double, curvature: [[Double]])
    /// Left out, and why.
    case leftOut(String)
    /// Left out because no parabola describes the runs; what was seen, and the remedy.
    case misfit(String)

    /// Why it is left out; nil for a minimum.
    public var reason: String? {
      switch self {
      case .minimum: nil
      case .leftOut(let reason), .misfit(let reason): reason
      }
    }
  }

  /// Finds minima and laws.
  ///
  /// - Parameters:
  ///   - runs: All numbers above 0.
  ///   - scaleNames: What scales are called in messages.
  ///   - settingNames: What settings are called in messages.
  ///   - yName: What y is called in messages.
  ///   - resamples: 0 for Student's t of the regression alone.
  ///   - seed: The resampling's seed.
  /// - Throws: ``MinimumLawError`` where the runs carry no law.
  public init(
    _ runs: [MinimumRun], scaleNames: [String], settingNames: [String], yName: String = "y",
    resamples: Int = 2000, seed: UInt64 = 1
  ) throws(MinimumLawError) {
    let groups = Dictionary(grouping: runs, by: \.scales)
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    let misfits = groups.map { runs in
      QuadraticForm(runs).flatMap { MinimumMisfit($0, runs, yName: yName) }
    }
    let scales = zip(groups, misfits).map { Self.scale($0, settingNames, $1) }
    let holding = zip(groups, misfits).filter { $1 == nil }.map(\.0)
    let found = Self.found(scales)
    let needed = scaleNames.count + 2
    guard found.count >= needed else {
      throw .tooFewMinima(
        found.count, of: groups.count, needed: needed,
        reasons: scales.compactMap { scale in
          scale.outcome.reason.map { "\(scale.label(scaleNames)): \($0)" }
        })
    }
    guard let regression = Regression(found.map(\.scales)) else {
      throw .collinear(scaleNames)
    }
    var replicates: [[[Double]]] = settingNames.map { _ in [] }
    for index in 0..<resamples {
      var generator = SplitMix64(seed: seed, stream: UInt64(index))
      let drawn = Self.found(
        holding.map { Self.scale(Self.draw($0, &generator), settingNames, nil) })
      guard drawn.count >= needed else { continue }
      let rows = drawn.map { [1] + $0.scales.map { log10($0) } }
      for setting in settingNames.indices {
        let again = LinearRegression.solve(rows, drawn.map { log10($0.settings[setting]) })
        if let again { replicates[setting].append(again) }
      }
    }
    self.scales = scales
    resampleCount = replicates.first?.count ?? 0
    laws = settingNames.indices.map { setting in
      regression.law(
        found.map { log10($0.settings[setting]) }, names: scaleNames,
        replicates: replicates[setting])
    }
    warnings = Self.warnings(scales, groups, scaleNames, settingNames)
  }

  private static func scale(
    _ runs: [MinimumRun], _ names: [String], _ misfit: MinimumMisfit?
  ) -> Scale {
    func made(_ outcome: Outcome) -> Scale {
      Scale(values: runs[0].scales, count: runs.count, outcome: outcome)
    }
    guard let form = QuadraticForm(runs) else {
      return made(
        .leftOut(
          names.count == 1
            ? "fewer than three values of \(names[0])"
            : "fewer than three values of a setting, or than six places"))
    }
    if let misfit { return made(.misfit(misfit.reason)) }
    guard form.hasMinimum else { return made(.leftOut("no minimum, the form bends down")) }
    let outside = form.outside.map { names[$0] }
    guard outside.isEmpty else {
      return made(
        .leftOut(
          "its minimum lies beyond the values of \(outside.joined(separator: " and ")) tried"))
    }
    return made(
      .minimum(
        settings: form.vertex.map { pow(10, $0) }, y: form.minimum, curvature: form.curvature))
  }

  fileprivate static func found(
    _ scales: [Scale]
  ) -> [(scales: [Double], settings: [Double])] {
    scales.compactMap { scale in
      if case .minimum(let settings, _, _) = scale.outcome { (scale.values, settings) } else { nil }
    }
  }

  /// As many runs of a scale, with replacement; again while fewer than 60 % of the places are among
  /// them, or fewer than a form and one more need.
  private static func draw(
    _ runs: [MinimumRun], _ generator: inout SplitMix64
  ) -> [MinimumRun] {
    let places = Set(runs.map(\.settings)).count
    let coefficients = runs[0].settings.count == 1 ? 3 : 6
    let needed = min(places, max(coefficients, min((6 * places + 9) / 10, coefficients + 4)))
    var drawn: [MinimumRun] = []
    for _ in 0..<1000 {
      drawn = runs.map { _ in runs[Int.random(in: runs.indices, using: &generator)] }
      if Set(drawn.map(\.settings)).count >= needed { break }
    }
    return drawn
  }

  private static func warnings(
    _ scales: [Scale], _ groups: [[MinimumRun]], _ scaleNames: [String], _ settingNames: [String]
  ) -> [FitWarning] {
    var warnings = scales.compactMap { scale -> FitWarning? in
      switch scale.outcome {
      case .minimum: nil
      case .leftOut(let reason):
        FitWarning(
          .vertexAtEdge,
          "Left out: \(scale.label(scaleNames)), \(reason). Add runs there, on that side.")
      case .misfit(let reason):
        FitWarning(.lackOfFit, "Left out: \(scale.label(scaleNames)), \(reason).")
      }
    }
    for (index, name) in settingNames.enumerated() {
      let wide = groups.filter { runs in
        let values = runs.map { $0.settings[index] }
        return log10((values.max() ?? 1) / (values.min() ?? 1)) > IsoFlopFrontier.widestWindow
      }
      if !wide.isEmpty {
        warnings.append(
          FitWarning(
            .windowTooWide,
            "\(name) spans more than two decades at \(wide.count) of \(groups.count) scales, over "
              + "which the metric is no parabola and its minimum biased. Leave out the far ends."))
      }
    }
    return warnings
  }
}

extension MinimumLaw.Scale {
  /// `N = 1e+08, D = 2e+09`.
  func label(_ names: [String]) -> String {
    zip(names, values).map { "\($0) = \($1.printable)" }.joined(separator: ", ")
  }
}

/// Why there is no law of minima.
public enum MinimumLawError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Too few scales have a minimum inside their runs.
  case tooFewMinima(Int, of: Int, needed: Int, reasons: [String])
  /// The scales move together, or one of them does not move.
  case collinear([String])

  /// What is wrong, then the remedy.
  public var description: String {
    switch self {
    case .tooFewMinima(let count, let all, let needed, let reasons):
      "\(count) of \(counted(all, "scale")) \(count == 1 ? "has" : "have") a minimum inside the runs, and a law needs \(needed). Add "
        + "scales, or settings to those there are."
        + reasons.prefix(8).map { "\n  \($0)" }.joined()
        + (reasons.count > 8 ? "\n  and \(reasons.count - 8) more" : "")
    case .collinear(let names):
      names.count == 1
        ? "All minima are at one \(names[0]). Add scales."
        : "\(names.joined(separator: " and ")) move together (or one does not move), so their exponents "
          + "cannot be told apart. Name one of them, or vary one at a fixed value of the other."
    }
  }
}
