public import Fitting

/// How fits are made, beyond what a request says.
public struct FitSettings: Hashable, Sendable {
  /// Where the intervals come from.
  public var uncertainty: Uncertainty
  /// Training compute in FLOP for which optimal sizes are derived.
  public var budgets: [Double]
  /// True to compute information criteria, the error on the largest scale and cut-off stability.
  public var selects: Bool

  /// True to add profile-likelihood intervals.
  public var profiles: Bool
  /// True to compare all forms of as many inputs; needs `selects`.
  public var compares: Bool
  /// True to call the result of a grid with holes an exponent; a person has accepted them.
  public var allowsIncomplete: Bool

  /// Where the request was written, in whose words remedies speak.
  public var speaker: Speaker

  /// Where a fit is asked for.
  public enum Speaker: Hashable, Sendable {
    /// By options of the command line: `--y-range`.
    case commandLine
    /// Under `fits:` of a sweep file: `yRange`.
    case sweepFile

    /// The option or key that takes only points with x, or with y, within a range.
    func range(ofY: Bool) -> String {
      switch self {
      case .commandLine: ofY ? "--y-range" : "--x-range"
      case .sweepFile: ofY ? "yRange" : "xRange"
      }
    }

    /// The option or key that splits a fit.
    var split: String { self == .commandLine ? "--by" : "by" }
  }

  /// Creates settings.
  public init(
    uncertainty: Uncertainty = .bootstrap(), budgets: [Double] = [5.76e23], selects: Bool = false,
    profiles: Bool = false, allowsIncomplete: Bool = false, compares: Bool = false,
    speaker: Speaker = .sweepFile
  ) {
    self.speaker = speaker
    self.uncertainty = uncertainty
    self.budgets = budgets
    self.selects = selects
    self.profiles = profiles
    self.compares = compares
    self.allowsIncomplete = allowsIncomplete
  }
}
