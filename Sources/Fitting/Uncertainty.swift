/// How a fit says what it does not know.
public enum Uncertainty: Hashable, Sendable {
  /// Case bootstrap over clusters within strata where that covers, else profiles; see ``Bootstrap``
  /// for the scheme and its measured coverage and ``IntervalMethod`` for the choice.
  case bootstrap(resamples: Int = 2000, seed: UInt64 = 1)
  /// Linearised: s²(JᵀWJ)⁻¹ with Student's t; takes all points for independent.
  case asymptotic
  /// Point estimates only.
  case none
}

/// How a fit's intervals were made.
public enum IntervalMethod: Hashable, Sendable {
  /// By resampling; see ``Bootstrap``.
  case bootstrap
  /// By drawing what resampling so many clusters comes to; see ``Bootstrap``.
  case scores
  /// From the shape of the objective, with the F statistic of the clusters (see
  /// ``ConfidenceRegion``), because resampled points would not say how sure the fit is.
  case profile(Reason)
  /// Linearised.
  case asymptotic
  /// Not at all.
  case none

  /// Why resampling does not do.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// Hardly more clusters than parameters: resamples of them have fewer.
    case fewClusters
    /// The points determine some parameter hardly or not at all, and resamples even less.
    case weakDesign
    /// A floor, or another parameter with a bound, lies within a few standard errors of it: resamples
    /// pile up there.
    case nearBound
  }
}
