public import SweepModel

/// Why points cannot be fitted, and what to do about it.
public enum FitError: Error, Hashable, Sendable {
  /// A value that has no logarithm; `index` counts points from 0.
  case notPositive(index: Int, axis: String, value: Double)
  /// Fewer distinct values of x than the form has parameters, plus one.
  case tooFewPoints(form: FitRequest.Form, distinct: Int, needed: Int)
  /// Every y is the same, so a floor and a power law cannot be told apart.
  case noVariation
  /// A Huber threshold that is not a positive number.
  case invalidDelta(Double)
  /// A bootstrap with too few resamples for a 95 % interval.
  case tooFewResamples(Int)
}

extension FitError: CustomStringConvertible {
  /// One or two sentences: what is wrong, then the remedy.
  public var description: String {
    switch self {
    case .notPositive(let index, let axis, let value):
      "Point \(index + 1) has \(axis) = \(value), which has no logarithm. "
        + "Leave it out (a range on \(axis) does) or mend the data."
    case .tooFewPoints(let form, let distinct, let needed):
      "The form \(form.rawValue) needs at least \(needed) distinct values of x and got "
        + "\(distinct). Run more points, widen the ranges, or take a form with fewer parameters."
    case .noVariation:
      "All values of y are equal, so a floor cannot be told from a power law. "
        + "Take the form power."
    case .invalidDelta(let delta):
      "The Huber threshold δ = \(delta) must be a positive number. A common choice is 0.001."
    case .tooFewResamples(let count):
      "A 95 % interval from \(count) resamples means nothing. Take at least 100; 2000 is usual."
    }
  }
}
