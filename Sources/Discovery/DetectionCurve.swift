import Basics

/// How well scores tell anomalies from normal samples.
public enum DetectionCurve {
  /// The area under the ROC curve: the share of pairs of an anomaly and a normal sample in which the
  /// anomaly scores higher, ties counting half. Nil where one of them has no sample.
  public static func area(normal: [Double], anomalous: [Double]) -> Double? {
    guard !normal.isEmpty, !anomalous.isEmpty else { return nil }
    let all = (normal.map { ($0, false) } + anomalous.map { ($0, true) }).sorted { $0.0 < $1.0 }
    var ranks = 0.0
    var first = 0
    while first < all.count {
      var last = first
      while last + 1 < all.count, all[last + 1].0 == all[first].0 { last += 1 }
      let rank = Double(first + last) / 2 + 1
      ranks += rank * Double(all[first...last].count { $0.1 })
      first = last + 1
    }
    let count = Double(anomalous.count)
    return (ranks - count * (count + 1) / 2) / (count * Double(normal.count))
  }

  /// A mean over networks with a percentile interval of bootstrapped means.
  public struct Interval: Hashable, Sendable {
    /// The mean.
    public let mean: Double
    /// 95 % of resampled means lie in it.
    public let range: ClosedRange<Double>
  }

  /// The mean over networks and how sure it is, from so many resamples of networks. Nil without a
  /// value.
  public static func interval(
    _ values: [Double], resamples: Int = 2000, seed: UInt64 = 0
  ) -> Interval? {
    guard !values.isEmpty, resamples > 0 else { return nil }
    var generator = SplitMix64(seed: seed)
    let count = Double(values.count)
    let means = (0..<resamples).map { _ in
      values.reduce(0) { sum, _ in
        sum + values[generator.integer(0...values.count - 1)]
      } / count
    }.sorted()
    func quantile(_ share: Double) -> Double {
      means[min(resamples - 1, Int((share * Double(resamples)).rounded(.down)))]
    }
    return Interval(
      mean: values.reduce(0, +) / count, range: quantile(0.025)...quantile(0.975))
  }
}
