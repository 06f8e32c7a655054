import Glibc
public import SweepModel

/// A parameter of a form, by name and kind.
public struct FormParameter: Hashable, Sendable {
  /// What a parameter means, which decides how it is printed.
  public enum Role: String, Hashable, Sendable, CaseIterable {
    /// A power: without unit.
    case exponent
    /// The value of a power law's term where its inputs are 1, in the metric's unit; above 0.
    case prefactor
    /// The value for infinite inputs, in the metric's unit; never below 0.
    case floor
    /// A place on the input's axis or a number of things; above 0.
    case scale
    /// How sharp a break is, or how a form saturates: without unit.
    case shape
  }

  /// The name in JSON, tables and `--hold`.
  public let name: String
  /// What it means.
  public let role: Role
  /// True when its errors are even in its logarithm: distances of an interval are taken there.
  public let isLogarithmic: Bool

  init(_ name: String, _ role: Role, isLogarithmic: Bool = false) {
    self.name = name
    self.role = role
    self.isLogarithmic = isLogarithmic || role == .prefactor
  }

  /// The parameter from the scale on which its errors are even.
  func value(linear: Double) -> Double { isLogarithmic ? exp(linear) : linear }

  /// That scale: ln, or the value itself.
  func linear(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
}

extension FitRequest.Form {
  /// The parameters in the order in which they are reported.
  public var parameters: [FormParameter] {
    let floor = FormParameter("E", .floor)
    let b = FormParameter("b", .prefactor)
    let c = FormParameter("c", .exponent)
    let alpha = FormParameter("alpha", .exponent)
    let terms = [floor, FormParameter("A", .prefactor), FormParameter("B", .prefactor), alpha]
    switch self {
    case .power: return [b, c]
    case .offset: return [floor, b, c]
    case .shifted: return [floor, b, c, FormParameter("x0", .scale)]
    case .m4: return [floor, b, c, FormParameter("alpha", .shape)]
    case .bnsl1, .bnsl2, .bnsl3:
      let breaks = (1...breakCount).flatMap { number in
        [
          FormParameter("c\(number)", .exponent),
          FormParameter("d\(number)", .scale, isLogarithmic: true),
          FormParameter("f\(number)", .shape, isLogarithmic: true),
        ]
      }
      return [floor, b, FormParameter("c0", .exponent)] + breaks
    case .chinchilla: return terms + [FormParameter("beta", .exponent)]
    case .chinchillaTied: return terms
    case .repeated:
      return terms + [
        FormParameter("beta", .exponent), FormParameter("RN", .shape, isLogarithmic: true),
        FormParameter("RD", .shape, isLogarithmic: true),
      ]
    case .overtrained:
      return [
        floor, FormParameter("a", .prefactor), FormParameter("b", .prefactor),
        FormParameter("eta", .exponent),
      ]
    case .quanta: return [b, alpha, FormParameter("K", .scale, isLogarithmic: true)]
    case .quantaData:
      return [
        b, alpha, FormParameter("K", .scale, isLogarithmic: true),
        FormParameter("x1", .scale, isLogarithmic: true),
      ]
    case .errorLaw:
      return [
        FormParameter("eps", .prefactor), FormParameter("k", .prefactor),
        FormParameter("gamma", .exponent, isLogarithmic: true),
      ]
    }
  }

  /// Breaks of a broken power law; 0 for other forms.
  var breakCount: Int {
    switch self {
    case .bnsl1: 1
    case .bnsl2: 2
    case .bnsl3: 3
    default: 0
    }
  }

  /// Inputs: x and further ones.
  public var inputCount: Int {
    switch self {
    case .chinchilla, .chinchillaTied, .overtrained: 2
    case .repeated: 3
    default: 1
    }
  }

  /// The formula as tables print it.
  public var formula: String {
    switch self {
    case .power: "L = b·x^-c"
    case .offset: "L = E + b·x^-c"
    case .shifted: "L = E + b·(x + x0)^-c"
    case .m4: "(L − E)/(1 − L)^alpha = b·x^-c"
    case .bnsl1, .bnsl2, .bnsl3:
      "L = E + b·x^-c0·∏(1 + (x/d)^(1/f))^(-c·f), \(breakCount) breaks"
    case .chinchilla: "L = E + A·N^-alpha + B·D^-beta"
    case .chinchillaTied: "L = E + A·N^-alpha + B·D^-alpha"
    case .repeated: "L = E + A·N′^-alpha + B·D′^-beta"
    case .overtrained: "L = E + (a·M^eta + b·M^-eta)·C^-eta"
    case .quanta: "L = b·Σ_{k>n} p_k, p_k ∝ k^-(alpha+1), k ≤ K"
    case .quantaData:
      "L = b·Σ_{k>n} p_k, p_k ∝ k^-(alpha+1), k ≤ K, n = (x/x1)^(1/(1+alpha))"
    case .errorLaw: "err = eps − k·exp(−gamma·x)"
    }
  }

  /// Where the form was proposed.
  public var origin: String {
    switch self {
    case .power, .offset, .shifted, .m4:
      "M1–M4 of Alabdulmohsin, Neyshabur & Zhai 2022, arXiv:2209.06640"
    case .bnsl1, .bnsl2, .bnsl3: "Caballero et al. 2022, arXiv:2210.14891, eq. 1"
    case .chinchilla, .chinchillaTied: "Hoffmann et al. 2022, arXiv:2203.15556, eq. 2"
    case .repeated: "Muennighoff et al. 2023, arXiv:2305.16264, eq. 5–6"
    case .overtrained: "Gadre et al. 2024, arXiv:2403.08540, eq. 4"
    case .errorLaw: "Gadre et al. 2024, arXiv:2403.08540, eq. 5"
    case .quanta, .quantaData: "Michaud et al. 2023, arXiv:2303.13506"
    }
  }
}
