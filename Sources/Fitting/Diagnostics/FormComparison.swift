public import SweepModel

/// Forms side by side on the same points: what each leaves, what it costs, and how it predicts
/// scales that it has not seen.
public struct FormComparison: Hashable, Sendable {
  /// The forms that the points carry, lowest AICc first.
  public let rows: [Row]
  /// Forms of as many inputs that were left out, with the reason, in full sentences.
  public let leftOut: [LeftOut]
  /// The form that does better than the fitted one in both AICc and held-out error, and whose
  /// exponents make sense; nil where there is none.
  public let advised: Row?
  /// The scales that were predicted: each roll-out fits what lies below one and predicts the rest.
  public let rollOuts: [Double]

  /// One form.
  public struct Row: Hashable, Sendable {
    /// The form.
    public let form: FitRequest.Form
    /// Its parameters, exponents with asymptotic standard errors.
    public let parameters: [Estimate]
    /// True for the form that was asked for.
    public let isFitted: Bool
    /// Akaike's criterion (see ``Selection/aicc``).
    public let aicc: Double
    /// √mean (ln prediction − ln y)² over all roll-outs; nil where one of them cannot carry the form.
    public private(set) var heldOut: Double?
    /// Why it is not advised whatever its criteria; nil where nothing speaks against it.
    public let objection: Objection?

    /// The first exponent, or the first parameter of a form without.
    public var exponent: Estimate {
      let place = form.parameters.firstIndex { $0.role == .exponent } ?? 0
      return parameters[place]
    }

    func with(heldOut: Double?) -> Row {
      var row = self
      row.heldOut = heldOut
      return row
    }
  }

  /// What speaks against a form.
  public enum Objection: String, Hashable, Sendable, CaseIterable {
    /// The optimiser did not converge.
    case unconverged
    /// The points do not determine every parameter, or its exponent less than to half its value.
    case unidentified
    /// A parameter at a bound: a simpler form fits as well.
    case atBound = "at-bound"
    /// An exponent of the wrong sign, or a curve that turns within the data.
    case wrongSign = "wrong-sign"

    /// The objection in words.
    public var words: String {
      switch self {
      case .unconverged: "not converged"
      case .unidentified: "not identified"
      case .atBound: "at a bound"
      case .wrongSign: "wrong sign or a turn"
      }
    }
  }

  /// A form that the points cannot carry.
  public struct LeftOut: Hashable, Sendable {
    /// The form.
    public let form: FitRequest.Form
    /// Why, in full sentences.
    public let reason: String
  }
}
