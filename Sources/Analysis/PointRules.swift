import SweepModel

/// Which points a fit took and how it groups and weighs them: nothing is left out without a rule.
public struct PointRules: Hashable, Sendable {
  /// The conditions in order, those on rows before those on ranges; `all` where there is none.
  public let rules: [Rule]
  /// What the bootstrap draws as a whole, such as `column run`.
  public let clusters: String
  /// Within what clusters are drawn; nil draws among all.
  public let strata: String?
  /// What the points' terms are multiplied by; nil weighs all alike.
  public let weights: String?

  /// A condition and what it cost.
  public struct Rule: Hashable, Sendable {
    /// The condition that points meet: `model = base`, `steps 500..15000`, `loss <= 0.95`, `all`.
    public let name: String
    /// The points that were left out because they do not; for a condition on rows of all groups.
    public let leftOut: Int

    /// Creates a rule.
    public init(name: String, leftOut: Int) {
      self.name = name
      self.leftOut = leftOut
    }
  }

  /// Creates the rules of a group.
  public init(rules: [Rule], clusters: String, strata: String? = nil, weights: String? = nil) {
    self.rules = rules.isEmpty ? [Rule(name: "all", leftOut: 0)] : rules
    self.clusters = clusters
    self.strata = strata
    self.weights = weights
  }
}

/// A range of a named number as a condition on points.
struct RangeRule {
  let quantity: String
  let range: ClosedRange<Double>

  /// `steps 500..15000`, `loss <= 0.95`, `tokens >= 1000`.
  var name: String {
    let (low, high) = (Self.text(range.lowerBound), Self.text(range.upperBound))
    if range.lowerBound == -.infinity { return "\(quantity) <= \(high)" }
    if range.upperBound == .infinity { return "\(quantity) >= \(low)" }
    return "\(quantity) \(low)..\(high)"
  }

  /// Why a point outside is left out.
  var reason: String {
    let (low, high) = (Self.text(range.lowerBound), Self.text(range.upperBound))
    if range.lowerBound == -.infinity { return "\(quantity) above \(high)" }
    if range.upperBound == .infinity { return "\(quantity) below \(low)" }
    return "\(quantity) outside \(low)..\(high)"
  }

  /// Whole numbers without their point.
  private static func text(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}

extension FitRequest {
  /// The ranges of x and y that are asked for.
  var rangeRules: [RangeRule] {
    [
      xRange.map { RangeRule(quantity: x, range: $0) },
      yRange.map { RangeRule(quantity: y, range: $0) },
    ]
    .compactMap(\.self)
  }
}
