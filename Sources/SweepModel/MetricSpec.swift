/// Something that every result of a workload holds: a number, or a curve over steps.
public struct MetricSpec: Sendable, Hashable {
  /// The shapes a metric may have.
  public enum Kind: String, Sendable, Hashable {
    /// One number.
    case scalar
    /// Numbers at increasing steps.
    case curve
  }

  /// The name, such as `loss.final`.
  public let name: String
  /// Its shape.
  public let kind: Kind
  /// One sentence for help, with the unit.
  public let summary: String

  private init(_ name: String, _ kind: Kind, _ summary: String) {
    self.name = name
    self.kind = kind
    self.summary = summary
  }

  /// A number of the result.
  public static func scalar(_ name: String, _ summary: String) -> MetricSpec {
    MetricSpec(name, .scalar, summary)
  }

  /// A curve of the result.
  public static func curve(_ name: String, _ summary: String) -> MetricSpec {
    MetricSpec(name, .curve, summary)
  }
}
