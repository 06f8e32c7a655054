import Basics
import Glibc
import SweepModel

/// Rows of one scale that no quadratic form in log settings describes: a diverged run among them bends
/// the whole form and moves its minimum.
///
/// Two signs, each of which needs to be large beside what the rows near the least one show. The form's
/// minimum lies below every measurement by more than half of how far the lowest places are apart (of
/// evenly spaced places of a parabola it is an eighth at most). Or the form leaves more than a quarter
/// of the variance of the rows near the least one, where a form of their own does better than chance
/// allows (Fisher's F).
struct MinimumMisfit {
  /// What was seen, with its numbers and the remedy.
  let reason: String

  /// Nil where the form holds, or where there are too few places to tell.
  init?(_ form: QuadraticForm, _ runs: [MinimumRun], yName: String) {
    let coefficients = runs[0].settings.count == 1 ? 3 : 6
    let places = Dictionary(grouping: runs, by: \.settings).values.map(Place.init)
    guard places.count > coefficients else { return nil }
    let lowest = runs[0].settings.count == 1 ? Self.grown(places) : places.sorted { $0.y < $1.y }
    guard
      let seen = Self.below(form, runs, lowest, coefficients)
        ?? Self.beside(form, lowest, coefficients)
    else { return nil }
    reason = seen + ", so it does not hold here; " + Self.remedy(runs, yName)
  }

  /// Runs of equal settings.
  private struct Place {
    let runs: [MinimumRun]
    /// Their mean.
    let y: Double
    let setting: Double

    init(_ runs: [MinimumRun]) {
      self.runs = runs
      y = runs.reduce(0) { $0 + $1.y } / Double(runs.count)
      setting = runs[0].settings[0]
    }
  }

  /// From the place of the least y to its lower neighbour, again and again: without a gap, and diverged
  /// runs last.
  private static func grown(_ places: [Place]) -> [Place] {
    let sorted = places.sorted { $0.setting < $1.setting }
    guard var low = sorted.indices.min(by: { sorted[$0].y < sorted[$1].y }) else { return [] }
    var high = low
    var order = [sorted[low]]
    while order.count < sorted.count {
      let left = low > 0 ? sorted[low - 1].y : .infinity
      let right = high + 1 < sorted.count ? sorted[high + 1].y : .infinity
      if left <= right { low -= 1 } else { high += 1 }
      order.append(left <= right ? sorted[low] : sorted[high])
    }
    return order
  }

  private static func below(
    _ form: QuadraticForm, _ runs: [MinimumRun], _ lowest: [Place], _ coefficients: Int
  ) -> String? {
    let least = runs.reduce(.infinity) { min($0, $1.y) }
    let near = lowest.prefix(min(coefficients + 2, lowest.count - 1))
    let apart = near.reduce(-.infinity) { max($0, $1.y) } - near.reduce(.infinity) { min($0, $1.y) }
    guard form.hasMinimum, form.outside.isEmpty, form.minimum < least - 0.5 * apart else {
      return nil
    }
    return "the parabola's minimum is \(form.minimum.printable), below the least run's "
      + least.printable
  }

  private static func beside(
    _ form: QuadraticForm, _ lowest: [Place], _ coefficients: Int
  ) -> String? {
    // Of places by y alone the scatter is cut off, which Fisher's F does not know.
    let tests = max(1, lowest.count - coefficients - 1)
    let level = (coefficients == 3 ? 2e-4 : 1e-6) / Double(tests)
    for count in stride(from: lowest.count - 1, to: coefficients, by: -1) {
      let runs = lowest.prefix(count).flatMap(\.runs)
      let mean = runs.reduce(0) { $0 + $1.y } / Double(runs.count)
      let total = runs.reduce(0) { $0 + ($1.y - mean) * ($1.y - mean) }
      let whole = form.squares(of: runs)
      guard whole > 0.25 * total, let own = QuadraticForm(runs) else { continue }
      let degrees = runs.count - coefficients
      let rounding = Double(runs.count) * 1e-24 * mean * mean
      let rest = max(own.residualSquares, rounding)
      guard whole > rest, degrees > 0 else { continue }
      let f = (whole - rest) / Double(coefficients) / (rest / Double(degrees))
      guard BetaDistribution.upperF(f, coefficients, degrees) < level else { continue }
      let (far, near) = (
        (whole / Double(runs.count)).squareRoot(), (rest / Double(degrees)).squareRoot()
      )
      return "the parabola is off by \(far.printable) (rms) at the \(count) places near "
        + "the least run, one of their own by \(near.printable)"
    }
    return nil
  }

  /// The greatest gap of y above the least runs tells where diverged ones begin.
  private static func remedy(_ runs: [MinimumRun], _ yName: String) -> String {
    let values = runs.map(\.y).sorted()
    let gaps = (1..<values.count).map { ($0, values[$0] - values[$0 - 1]) }
    guard let (index, gap) = gaps.max(by: { $0.1 < $1.1 }),
      gap > 0.5 * (values[values.count - 1] - values[0]) || index > values.count / 2
    else { return "leave out the far settings or diverged runs (--where '\(yName)<…')" }
    let between = (0.5 * (values[index] + values[index - 1])).printable
    return "leave out diverged runs (--where '\(yName)<\(between)') or the far settings"
  }
}
