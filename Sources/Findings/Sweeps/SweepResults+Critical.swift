package import Analysis
import Basics
import Store
import SweepModel

extension SweepResults {
  /// The sizes at which a metric reaches a level, and the axis that tells groups apart: the one that is
  /// asked for, else the weights from which runs begin, else the seed.
  ///
  /// Throws where the grid lacks the axis, no job is done, or none records the numbers.
  package func critical(
    size: String, metric: String, level: Double, by asked: String?
  ) throws -> (axis: String?, critical: CriticalSize) {
    try checkResults()
    if let asked, !record.axes.contains(asked) {
      throw CommandError(
        "the grid of \(record.name) has no axis \"\(asked)\"",
        remedy: record.axes.isEmpty
          ? "leave --by out" : NearestWord.remedy(for: asked, in: record.axes))
    }
    let done = jobs.filter(\.hasResult)
    for name in [size, metric] where !done.contains(where: { $0.number(name) != nil }) {
      let known = Set(done.flatMap { $0.scalars.map(\.name) }).sorted()
      throw CommandError(
        "no job of \(record.name) has a number \"\(name)\"",
        remedy: NearestWord.remedy(for: name, in: known))
    }
    let seed = signature?.parameters.first { $0.role == .seed }?.name
    let axis = asked ?? ["start", seed].compactMap(\.self).first { record.axes.contains($0) }
    return (axis, CriticalSize(jobs, size: size, metric: metric, level: level, by: axis))
  }

  /// What a person calls each group.
  package func names(of critical: CriticalSize, axis: String?) -> [String] {
    critical.groups.map { group in
      guard let axis, let value = group.value else { return "all" }
      return JobLabel(jobs.map(\.job), axes: [axis]).text(of: value, axis: axis)
    }
  }
}
