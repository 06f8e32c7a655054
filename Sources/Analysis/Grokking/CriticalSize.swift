import Fitting
import Glibc
public import SweepModel

/// The size at which something that grows with it reaches a level, such as the data with which half of
/// the other pairs are answered (D_crit of arXiv:2309.02390), for each of several groups of runs.
public struct CriticalSize: Sendable {
  /// The runs of one size in a group.
  public struct Point: Sendable, Hashable {
    /// The size.
    public let size: Double
    /// What each run has come to.
    public let values: [Double]
    /// The value of the rising curve through all points of the group.
    public let fitted: Double

    /// The mean of ``values``.
    public var mean: Double { values.reduce(0, +) / Double(values.count) }
  }

  /// Runs that differ in nothing that tells groups apart.
  public struct Group: Sendable {
    /// The value that it has of the axis that tells groups apart; nil where there is one group.
    public let value: Value?
    /// By ascending size.
    public let points: [Point]
    /// The greatest size at which the curve is below the level; nil where there is none.
    public let below: Double?
    /// The least size at which it is not; nil where there is none.
    public let above: Double?
    /// Where the curve crosses the level, on logarithms of sizes; nil where it does not.
    public let estimate: Double?
  }

  /// What all groups say together.
  public struct Pooled: Sendable {
    /// The geometric mean of the groups' estimates.
    public let estimate: Double
    /// Its 95 % interval by Student's t on logarithms, over groups.
    public let interval: ClosedRange<Double>
    /// The greatest estimate of a group by the least.
    public let spread: Double
  }

  /// The groups in the grid's order.
  public let groups: [Group]
  /// Jobs that have no result or lack a number.
  public let missing: Int

  /// Finds the sizes of a sweep's jobs.
  ///
  /// - Parameters:
  ///   - records: All of its jobs.
  ///   - size: A parameter or scalar that is positive.
  ///   - metric: A parameter or scalar that grows with the size.
  ///   - level: The value of the metric that is looked for.
  ///   - axis: What tells groups apart; nil for one group.
  public init(_ records: [JobRecord], size: String, metric: String, level: Double, by axis: String?)
  {
    var order: [Value?] = []
    var found: [Value?: [(size: Double, value: Double)]] = [:]
    var missing = 0
    for record in records {
      let key = axis.flatMap { record.job.parameters[$0] }
      if found[key] == nil {
        order.append(key)
        found[key] = []
      }
      guard record.hasResult, let size = record.number(size), size > 0,
        let value = record.number(metric), value.isFinite
      else {
        missing += 1
        continue
      }
      found[key]?.append((size, value))
    }
    self.missing = missing
    groups = order.compactMap { key in
      let rows = found[key] ?? []
      return rows.isEmpty ? nil : Group(key, rows, level: level)
    }
  }

  /// What the groups that cross the level say; nil where fewer than two do.
  public var pooled: Pooled? {
    let logs = groups.compactMap(\.estimate).map(log)
    guard logs.count > 1, let least = logs.min(), let most = logs.max() else { return nil }
    let mean = logs.reduce(0, +) / Double(logs.count)
    let square = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count - 1)
    let reach =
      StudentT.quantile975(degrees: logs.count - 1) * (square / Double(logs.count)).squareRoot()
    return Pooled(
      estimate: exp(mean), interval: exp(mean - reach)...exp(mean + reach),
      spread: exp(most - least))
  }
}

extension CriticalSize.Group {
  init(_ value: Value?, _ rows: [(size: Double, value: Double)], level: Double) {
    let sizes = Set(rows.map(\.size)).sorted()
    let values = sizes.map { size in rows.filter { $0.size == size }.map(\.value) }
    let fitted = Self.rising(values)
    self.value = value
    points = zip(sizes, zip(values, fitted)).map {
      CriticalSize.Point(size: $0, values: $1.0, fitted: $1.1)
    }
    let first = fitted.firstIndex { $0 >= level }
    above = first.map { sizes[$0] }
    below = first.map { $0 > 0 ? sizes[$0 - 1] : nil } ?? sizes.last
    guard let first, first > 0 else {
      estimate = nil
      return
    }
    let share = (level - fitted[first - 1]) / (fitted[first] - fitted[first - 1])
    estimate = exp(
      log(sizes[first - 1]) + share * (log(sizes[first]) - log(sizes[first - 1])))
  }

  /// The rising sequence of least squares: pools of adjacent violators.
  private static func rising(_ values: [[Double]]) -> [Double] {
    var pools: [(sum: Double, weight: Double, count: Int)] = []
    for values in values {
      pools.append((values.reduce(0, +), Double(values.count), 1))
      while pools.count > 1 {
        let (last, before) = (pools[pools.count - 1], pools[pools.count - 2])
        guard before.sum / before.weight > last.sum / last.weight else { break }
        pools.removeLast(2)
        pools.append(
          (before.sum + last.sum, before.weight + last.weight, before.count + last.count))
      }
    }
    return pools.flatMap { pool in [Double](repeating: pool.sum / pool.weight, count: pool.count) }
  }
}
