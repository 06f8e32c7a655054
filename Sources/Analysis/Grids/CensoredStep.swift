/// A step at which something happened, or the last one by which it had not: right-censored, which
/// is not the same as missing. Differences of steps are steps as well.
public struct CensoredStep: Hashable, Sendable, Encodable {
  /// The step, or a lower bound of it.
  public let step: Int
  /// False when the step is a lower bound.
  public let reached: Bool

  /// Creates a step.
  public init(_ step: Int, reached: Bool = true) {
    self.step = step
    self.reached = reached
  }

  /// The Kaplan–Meier median: the first step by which at most half are estimated to be still
  /// without the event (Kaplan & Meier 1958, eq. 2b). It is a lower bound, the last step seen, when
  /// more than half stay without it; nil of nothing.
  public static func median(_ steps: [CensoredStep]) -> CensoredStep? {
    // Of equal steps, events come before losses from sight.
    let sorted = steps.sorted { ($0.step, $0.reached ? 0 : 1) < ($1.step, $1.reached ? 0 : 1) }
    var surviving = 1.0
    for (index, step) in sorted.enumerated() where step.reached {
      let atRisk = Double(sorted.count - index)
      surviving *= (atRisk - 1) / atRisk
      // The products of exact fractions may miss a half by rounding.
      if surviving <= 0.5 + 1e-12 { return step }
    }
    return sorted.last.map { CensoredStep($0.step, reached: false) }
  }
}

extension CensoredStep: CustomStringConvertible {
  /// `870`, or `> 10000` of a lower bound.
  public var description: String { reached ? "\(step)" : "> \(step)" }
}
