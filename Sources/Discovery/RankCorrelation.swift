/// Spearman's rank correlation.
public enum RankCorrelation {
  /// The correlation of two lists of as many numbers, −1…1; equal numbers share their mean rank. Nil
  /// where one of them has no two different numbers.
  public static func of(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "both lists have as many numbers")
    let (a, b) = (centred(first), centred(second))
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let scale = (product(a, a) * product(b, b)).squareRoot()
    return scale > 0 ? product(a, b) / scale : nil
  }

  /// Ranks without their mean.
  private static func centred(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = values
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
      for place in first...last {
        ranks[order[place]] = Double(first + last) / 2 - Double(order.count - 1) / 2
      }
      first = last + 1
    }
    return ranks
  }
}
