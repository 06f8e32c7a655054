/// The phases of a run that groks, found by rule on the steps at which its weights were kept
/// (arXiv:2301.05217, section 5.2): memorisation, circuit formation, clean-up.
public struct GrokkingPhases: Sendable, Hashable {
  /// What ends each phase.
  public struct Rule: Sendable, Hashable {
    /// Memorisation ends when the training pairs' accuracy is at least this.
    public var memorised = 0.99
    /// Circuit formation ends when the test loss has fallen below this part of its peak.
    public var falling = 0.5
    /// Clean-up ends when the accuracy on the other pairs is at least this.
    public var generalised = 0.99

    /// The rule as it is.
    public init() {}
  }

  /// When something happened: after the step before, and at the latest at this one.
  public struct Moment: Sendable, Hashable {
    /// The last step at which it had not happened; nil where there is none.
    public let after: Int?
    /// The first step at which it had.
    public let by: Int
  }

  /// How a measure changed over a phase.
  public struct Change: Sendable, Hashable {
    public let from, to: Double
  }

  /// Ends of memorisation, circuit formation and clean-up; nil for what did not happen, and then for what
  /// follows too.
  public let memorised, formed, cleaned: Moment?

  /// Finds the phases of measures in the order of their steps.
  public init(_ rows: [ProgressMeasures], _ rule: Rule = Rule()) {
    memorised = Self.first(rows, from: 0) { $0.train.accuracy >= rule.memorised }
    guard let memorised, let begin = rows.firstIndex(where: { $0.step == memorised.by }) else {
      (formed, cleaned) = (nil, nil)
      return
    }
    var peak = 0.0
    var fall: Int?
    for (index, row) in rows.enumerated() where index >= begin {
      peak = max(peak, row.test.loss)
      if row.test.loss < rule.falling * peak {
        if fall == nil { fall = index }
      } else {
        // It rose again: that was no end.
        fall = nil
      }
    }
    guard let fall else {
      (formed, cleaned) = (nil, nil)
      return
    }
    formed = Moment(after: fall > 0 ? rows[fall - 1].step : nil, by: rows[fall].step)
    cleaned = Self.first(rows, from: fall) { $0.test.accuracy >= rule.generalised }
  }

  private static func first(
    _ rows: [ProgressMeasures], from start: Int, _ holds: (ProgressMeasures) -> Bool
  ) -> Moment? {
    guard let index = rows.indices.dropFirst(start).first(where: { holds(rows[$0]) }) else {
      return nil
    }
    return Moment(after: index > 0 ? rows[index - 1].step : nil, by: rows[index].step)
  }

  /// How a measure changed while the circuit formed; nil where that is not over.
  public func whileForming(
    _ rows: [ProgressMeasures], _ measure: (ProgressMeasures) -> Double
  ) -> Change? {
    guard let memorised, let formed,
      let first = rows.first(where: { $0.step == memorised.by }),
      let last = rows.last(where: { $0.step < formed.by }), last.step >= first.step
    else { return nil }
    return Change(from: measure(first), to: measure(last))
  }
}
