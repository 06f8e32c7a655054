import Glibc
import SweepModel

/// A parameter over which jobs differ, as their cost may depend on it.
struct CostAxis: Sendable {
  /// How a value enters the logarithm of a cost.
  enum Kind: Sendable, Equatable {
    /// By an exponent: a positive number.
    case power
    /// By the exponent of what is 1 more, in units of the smallest positive value: a number from 0 on.
    case shifted(unit: Double)
    /// In proportion, in units of the largest magnitude: a number of any sign.
    case linear(unit: Double)
    /// Each value by itself: words, switches, few numbers that have no logarithm.
    case levels
  }

  let name: String
  let kind: Kind
  /// Its values: numbers ascend, words are in the order in which jobs have them.
  let values: [Value?]
  /// The mean of ``feature(of:)`` over the values, so that slopes say nothing of the mean.
  let centre: Double

  /// Numbers without a logarithm are levels up to so many.
  private static let fewNumbers = 8

  /// An axis over values, in the order in which jobs have them; nil where they are one or none.
  init?(_ name: String, _ found: [Value?]) {
    guard found.count > 1 else { return nil }
    self.name = name
    let numbers = found.compactMap { $0?.number }
    guard numbers.count == found.count, numbers.allSatisfy(\.isFinite) else {
      (kind, values, centre) = (.levels, found, 0)
      return
    }
    values = found.sorted { ($0?.number ?? 0) < ($1?.number ?? 0) }
    let least = numbers.min() ?? 0
    if least > 0 {
      kind = .power
    } else if found.count <= Self.fewNumbers {
      (kind, centre) = (.levels, 0)
      return
    } else if least == 0 {
      kind = .shifted(unit: numbers.filter { $0 > 0 }.min() ?? 1)
    } else {
      kind = .linear(unit: numbers.map(abs).max() ?? 1)
    }
    let kind = kind
    centre = numbers.reduce(0) { $0 + Self.feature(of: $1, kind) } / Double(numbers.count)
  }

  /// How many coefficients it has.
  var size: Int { kind == .levels ? values.count : 1 }

  /// The feature of a number; nil for what is no number or has no logarithm.
  func feature(of value: Value?) -> Double? {
    guard let number = value?.number, number.isFinite else { return nil }
    let feature = Self.feature(of: number, kind) - centre
    return feature.isFinite ? feature : nil
  }

  private static func feature(of number: Double, _ kind: Kind) -> Double {
    switch kind {
    case .power: log(number)
    case .shifted(let unit): log1p(number / unit)
    case .linear(let unit): number / unit
    case .levels: 0
    }
  }

  /// How soon a value shows how costs depend on the axis: the ends first, then the middle, then the
  /// middles between, and so on.
  static func depths(_ count: Int) -> [Int] {
    var depths = Array(repeating: 0, count: count)
    var parts = [0..<max(0, count - 1)]
    var depth = 1
    while !parts.isEmpty {
      var next: [Range<Int>] = []
      for part in parts where part.count > 1 {
        let middle = (part.lowerBound + part.upperBound) / 2
        depths[middle] = depth
        next += [part.lowerBound..<middle, middle..<part.upperBound]
      }
      parts = next
      depth += 1
    }
    return depths
  }
}
