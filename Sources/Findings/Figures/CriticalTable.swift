package import Analysis
import Basics

/// Critical sizes as text.
package enum CriticalTable {
  /// A row a group, then what they say together.
  ///
  /// - Parameter names: What each group is called.
  package static func text(
    _ critical: CriticalSize, names: [String], axis: String, size: String, metric: String,
    level: Double
  ) -> String {
    var table = TextTable([axis, size, "between", "runs", "least", "most"], numeric: [1, 3, 4, 5])
    for (name, group) in zip(names, critical.groups) {
      let values = group.points.flatMap(\.values)
      table.add([
        name, group.estimate.map(short) ?? "none", span(group), "\(values.count)",
        short(values.min() ?? 0), short(values.max() ?? 0),
      ])
    }
    var lines = ["\(size) at which \(metric) reaches \(short(level)), by \(axis)", table.text]
    if let pooled = critical.pooled {
      lines.append(
        "together \(short(pooled.estimate)) [\(short(pooled.interval.lowerBound)), "
          + "\(short(pooled.interval.upperBound))] (geometric mean, Student's t over "
          + "\(critical.groups.count { $0.estimate != nil }) groups); the greatest is "
          + "\(short(pooled.spread)) times the least")
    }
    if critical.missing > 0 {
      lines.append("\(counted(critical.missing, "job")) without a result or a number left out")
    }
    return lines.joined(separator: "\n")
  }

  private static func span(_ group: CriticalSize.Group) -> String {
    switch (group.below, group.above) {
    case (let below?, let above?): "(\(short(below)), \(short(above))]"
    case (let below?, nil): "above \(short(below))"
    case (nil, let above?): "at most \(short(above))"
    case (nil, nil): ""
    }
  }

  private static func short(_ number: Double) -> String { ShortNumber.text(number, digits: 3) }
}
