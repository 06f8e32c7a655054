public import SweepModel

/// What a point of a fit is called, and where it comes from.
public enum PointName: Hashable, Sendable {
  /// A row of a table, by the line it begins on, from 1.
  case line(Int)
  /// A row of a table without lines, from 0.
  case row(Int)
  /// A job of a sweep, or a step of its curve.
  case job(JobPlace)

  /// A job's place in a sweep.
  public struct JobPlace: Hashable, Sendable {
    /// The job.
    public let key: JobKey
    /// The grid's axes with the job's values, in full.
    public let axes: [FitGroup.Label]
    /// The row of its curve; nil where the point is the whole job.
    public let step: Int?
  }

  /// The place; nil for what is no job.
  public var place: JobPlace? {
    if case .job(let place) = self { place } else { nil }
  }

  /// The row; nil for what has a line or is no row.
  public var row: Int? {
    if case .row(let row) = self { row } else { nil }
  }

  /// The line; nil for what has none.
  public var line: Int? {
    if case .line(let line) = self { line } else { nil }
  }
}

extension PointName: CustomStringConvertible {
  /// `line 7`, `step 100 of width=20 seed=0 (job 0123456789)`.
  public var description: String {
    switch self {
    case .line(let line): return "line \(line)"
    case .row(let row): return "row \(row)"
    case .job(let place):
      let label = place.axes.title
      let job = label.isEmpty ? "job \(place.key.short)" : "\(label) (job \(place.key.short))"
      return place.step.map { "step \($0) of \(job)" } ?? job
    }
  }
}

extension JobRecord {
  /// Its place in a sweep of such axes.
  func place(axes: [String], step: Int? = nil) -> PointName {
    let values = axes.compactMap { axis in
      job.parameters[axis].map {
        FitGroup.Label(name: axis, value: $0.description, text: $0.short)
      }
    }
    return .job(PointName.JobPlace(key: job.key, axes: values, step: step))
  }
}
