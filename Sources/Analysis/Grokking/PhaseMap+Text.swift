extension PhaseMap {
  /// What tells the phases apart, and what the jobs were run with where that is something else:
  /// `training accuracy 0.9, test accuracy 0.9, gap 1000 steps`.
  public var rulesText: String {
    let parts = [
      Self.text("training", rules.trainThreshold, ran: trainThresholds),
      Self.text("test", rules.testThreshold, ran: testThresholds), "gap \(rules.gap) steps",
    ]
    return parts.joined(separator: ", ")
  }

  private static func text(_ name: String, _ wanted: Double?, ran: [Double]) -> String {
    let own = ran.map { "\($0)" }.joined(separator: " or ")
    guard let wanted, ran != [wanted] else { return "\(name) accuracy \(own)" }
    return "\(name) accuracy \(wanted) (jobs ran with \(own))"
  }
}
