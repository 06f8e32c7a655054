extension DetectionCurve {
  /// The ROC curve: the share of anomalies that score above a threshold which the given shares of normal
  /// samples exceed, ties shared out evenly between thresholds. Nil where one of them has no sample.
  public static func rates(
    normal: [Double], anomalous: [Double], at shares: [Double]
  ) -> [Double]? {
    guard !normal.isEmpty, !anomalous.isEmpty else { return nil }
    let all = (normal.map { ($0, false) } + anomalous.map { ($0, true) }).sorted { $0.0 > $1.0 }
    // Corners of the curve, from (0, 0) to (1, 1); equal scores make one step.
    var corners = [(normal: 0.0, anomalous: 0.0)]
    var (falls, hits) = (0, 0)
    for (place, entry) in all.enumerated() {
      if entry.1 { hits += 1 } else { falls += 1 }
      guard place + 1 == all.count || all[place + 1].0 != entry.0 else { continue }
      corners.append(
        (Double(falls) / Double(normal.count), Double(hits) / Double(anomalous.count)))
    }
    return shares.map { share in
      // The last corner not beyond the share, and from there along the curve.
      let place = corners.lastIndex { $0.normal <= share } ?? 0
      guard place + 1 < corners.count else { return corners[place].anomalous }
      let (here, next) = (corners[place], corners[place + 1])
      let part = (share - here.normal) / (next.normal - here.normal)
      return here.anomalous + part * (next.anomalous - here.anomalous)
    }
  }
}
