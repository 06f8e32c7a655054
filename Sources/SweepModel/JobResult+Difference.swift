extension JobResult {
  /// The first place where another result differs from this recorded one, in words; nil when none
  /// does.
  ///
  /// - Parameter tolerance: The relative deviation |a − b| ∕ max(|a|, |b|) that is no difference;
  ///   0 compares every bit, the sign of zero and the payload of NaN included.
  /// - Parameter name: What this one is called in the words.
  public func difference(
    from other: JobResult, tolerance: Double = 0, called name: String = "recorded"
  ) -> String? {
    guard scalars.map(\.name) == other.scalars.map(\.name) else {
      return "the scalars have other names"
    }
    for (mine, theirs) in zip(scalars, other.scalars)
    where mine.value.bitPattern != theirs.value.bitPattern
      && !isWithin(tolerance, mine.value, theirs.value)
    {
      return "\(mine.name) is \(theirs.value), \(name) is \(mine.value)"
    }
    guard curves.map(\.name) == other.curves.map(\.name) else {
      return "the curves have other names"
    }
    for (mine, theirs) in zip(curves, other.curves) {
      guard mine.steps == theirs.steps, mine.columns == theirs.columns else {
        return "curve \(mine.name) has other steps or columns"
      }
      let place = mine.values.indices.first {
        mine.values[$0].bitPattern != theirs.values[$0].bitPattern
          && !isWithin(tolerance, Double(mine.values[$0]), Double(theirs.values[$0]))
      }
      if let place {
        return "curve \(mine.name) at step \(mine.steps[place / mine.columns]) is "
          + "\(theirs.values[place]), \(name) is \(mine.values[place])"
      }
    }
    guard weights.map(\.step) == other.weights.map(\.step) else {
      return "weights were kept after other steps"
    }
    for (mine, theirs) in zip(weights, other.weights) {
      if let difference = mine.difference(from: theirs, tolerance: tolerance, called: name) {
        return difference
      }
    }
    return nil
  }

  private func isWithin(_ tolerance: Double, _ left: Double, _ right: Double) -> Bool {
    tolerance > 0 && abs(left - right) <= tolerance * max(abs(left), abs(right))
  }
}
