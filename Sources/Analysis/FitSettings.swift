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
  /// True to call the result of a grid with holes an exponent; a person has accepted them.
  public var allowsIncomplete: Bool

  /// Creates settings.
  public init(
    uncertainty: Uncertainty = .bootstrap(), budgets: [Double] = [5.76e23], selects: Bool = false,
    profiles: Bool = false, allowsIncomplete: Bool = false
  ) {
    self.uncertainty = uncertainty
    self.budgets = budgets
    self.selects = selects
    self.profiles = profiles
    self.allowsIncomplete = allowsIncomplete
  }
}
