/// How a fit says what it does not know.
public enum Uncertainty: Hashable, Sendable {
  /// Case bootstrap over clusters within strata; see ``Bootstrap`` for the scheme and its measured
  /// coverage.
  case bootstrap(resamples: Int = 2000, seed: UInt64 = 1)
  /// Linearised: s²(JᵀWJ)⁻¹ with Student's t; takes all points for independent.
  case asymptotic
  /// Point estimates only.
  case none
}
