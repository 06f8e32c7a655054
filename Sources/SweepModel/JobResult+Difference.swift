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
    if let difference = Self.difference(
      of: scalars.map(\.name), from: other.scalars.map(\.name), "scalars")
    {
      return difference
    }
    for (mine, theirs) in zip(scalars, other.scalars)
    where mine.value.bitPattern != theirs.value.bitPattern
      && !isWithin(tolerance, mine.value, theirs.value)
    {
      return "\(mine.name) is \(theirs.value), \(name) is \(mine.value)"
    }
    if let difference = Self.difference(
      of: curves.map(\.name), from: other.curves.map(\.name), "curves")
    {
      return difference
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

  /// The same in the order that another one has, where both have the same names: a tool's order means
  /// nothing.
  public func arranged(like other: JobResult) -> JobResult {
    JobResult(
      scalars: Self.arranged(scalars, like: other.scalars) { $0.name },
      curves: Self.arranged(curves, like: other.curves) { $0.name }, weights: weights)
  }

  private static func arranged<Part>(
    _ parts: [Part], like others: [Part], _ name: (Part) -> String
  ) -> [Part] {
    let own = Dictionary(parts.map { (name($0), $0) }) { first, _ in first }
    let arranged = others.compactMap { own[name($0)] }
    return arranged.count == parts.count && own.count == parts.count ? arranged : parts
  }

  /// Which names there are that the other one lacks, and the other way round.
  private static func difference(of mine: [String], from theirs: [String], _ what: String)
    -> String?
  {
    guard mine != theirs else { return nil }
    func list(_ names: [String], without others: [String], _ end: String) -> [String] {
      let others = Set(others)
      let own = names.filter { !others.contains($0) }
      guard !own.isEmpty else { return [] }
      return [own.prefix(3).joined(separator: ", ") + (own.count > 3 ? ", …" : "") + " " + end]
    }
    let parts =
      list(theirs, without: mine, "only here") + list(mine, without: theirs, "only there")
    return "the \(what) have other names: "
      + (parts.isEmpty ? "the same in another order" : parts.joined(separator: ", "))
  }

  private func isWithin(_ tolerance: Double, _ left: Double, _ right: Double) -> Bool {
    tolerance > 0 && abs(left - right) <= tolerance * max(abs(left), abs(right))
  }
}
