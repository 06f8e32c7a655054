import Basics
public import SweepModel

/// Why points cannot be fitted, and what to do about it.
public enum FitError: Error, Hashable, Sendable {
  /// A value that has no logarithm; `index` counts points from 0.
  case notPositive(index: Int, axis: String, value: Double)
  /// Fewer distinct inputs than the form has free parameters, plus one.
  case tooFewPoints(form: FitRequest.Form, distinct: Int, needed: Int)
  /// A point with another number of inputs than the form has.
  case wrongInputs(form: FitRequest.Form, found: Int)
  /// Every y is the same, so a floor and a power law cannot be told apart.
  case noVariation
  /// An input that is the same in all points.
  case constantInput(axis: String)
  /// A value of y from 1 on, which an error rate does not have; `index` counts from 0.
  case notBelowOne(index: Int, value: Double)
  /// A held parameter that the form does not have.
  case unknownParameter(name: String, form: FitRequest.Form)
  /// A held value that the parameter cannot have.
  case invalidHeld(name: String, value: Double)
  /// A held value outside the domain in which a free fit seeks the parameter.
  case heldOutside(name: String, value: Double, domain: ClosedRange<Double>)
  /// A Huber threshold that is not a positive number.
  case invalidDelta(Double)
  /// A bootstrap with too few resamples for a 95 % interval.
  case tooFewResamples(Int)
  /// An upper bound among the points of a fit by least absolute deviations.
  case boundWithLAD
  /// Inputs for which the objective is not finite anywhere that was tried.
  case unfittable(form: FitRequest.Form)
}

extension FitError: CustomStringConvertible {
  /// One or two sentences: what is wrong, then the remedy.
  public var description: String {
    switch self {
    case .notPositive(let index, let axis, let value):
      "Point \(index + 1) has \(axis) = \(value.printable), which "
        + (value.isFinite ? "has no logarithm. " : "is not finite. ")
        + "Leave it out (a range on \(axis) does) or mend the data."
    case .tooFewPoints(let form, let distinct, let needed):
      "The form \(form.rawValue) needs at least \(needed) distinct "
        + (form.inputCount == 1
          ? "values of x" : "places (\(form.inputNames.joined(separator: ", ")))")
        + " and got \(distinct). Run more points, widen the ranges, or take a form with fewer parameters."
    case .wrongInputs(let form, let found):
      "The form \(form.rawValue) has \(counted(form.inputCount, "input")) and got \(found). "
        + (found < form.inputCount
          ? "Name the others as x2 and x3 (--x2 and --x3 on the command line)."
          : "Leave the further ones out.")
    case .noVariation:
      "All values of y are equal, so a floor cannot be told from a power law. "
        + "Take the form power."
    case .constantInput(let axis):
      "All values of \(axis) are equal, so nothing can be said of its exponent. "
        + "Take a form without it, or vary it."
    case .notBelowOne(let index, let value):
      "Point \(index + 1) has y = \(value.printable), and the form m4 is for error rates below 1. "
        + "Take the form offset or bnsl1."
    case .unknownParameter(let name, let form):
      "The form \(form.rawValue) has no parameter \(name)."
        + " It has \(form.parameters.map(\.name).joined(separator: ", "))."
    case .invalidHeld(let name, let value):
      "The parameter \(name) cannot be held at \(value.printable). "
        + "Prefactors and scales are above 0, a floor and x0 are from 0 on, K is above every x."
    case .heldOutside(let name, let value, let domain):
      "The parameter \(name) cannot be held at \(value.printable): it is sought "
        + (domain.upperBound.isFinite
          ? "between \(domain.lowerBound.printable) and \(domain.upperBound.printable)"
          : "from \(domain.lowerBound.printable) on")
        + ", and a fit that holds it elsewhere could not be compared with a free one. Hold it there."
    case .invalidDelta(let delta):
      "The Huber threshold δ = \(delta.printable) must be a positive number. A common choice is 0.001."
    case .tooFewResamples(let count):
      "A 95 % interval from \(count) resamples means nothing. Take at least 100; 2000 is usual."
    case .boundWithLAD:
      "Least absolute deviations take no upper bounds. Leave the censored points out, or take the "
        + "objective huber."
    case .unfittable(let form):
      "The form \(form.rawValue) has no finite value near these points. "
        + "Bring inputs and metric to units in which they lie between 1e-100 and 1e100."
    }
  }
}
