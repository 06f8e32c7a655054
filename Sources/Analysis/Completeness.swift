import Basics
public import SweepModel

/// A grid point without a result, and why.
public struct MissingPoint: Hashable, Sendable {
  /// Why there is no result.
  public enum Reason: Hashable, Sendable {
    /// It waits for a place.
    case waiting
    /// It is running.
    case running
    /// It failed; the reason as recorded.
    case failed(String)
    /// A person cancelled it; the reason as recorded.
    case cancelled(String)
    /// A rerun contradicts its result; how they differ.
    case quarantined(String)
  }

  /// Its place in the grid, from 0.
  public let index: Int
  /// The job.
  public let key: JobKey
  /// The grid axes' values: `width=20 seed=1`.
  public let label: String
  /// Why there is no result.
  public let reason: Reason
  /// Of a job that nobody goes on with, the loss at its last checkpoint: it bounds the result that is
  /// missing; nil where there is none.
  public let last: LastMetric?

  /// Creates a missing point.
  public init(
    index: Int, key: JobKey, label: String, reason: Reason, last: LastMetric? = nil
  ) {
    self.index = index
    self.key = key
    self.label = label
    self.reason = reason
    self.last = last
  }
}

extension MissingPoint.Reason: CustomStringConvertible {
  /// `waiting`, `running`, `failed`, `cancelled`, `quarantined`.
  public var word: String {
    switch self {
    case .waiting: JobState.waiting.word
    case .running: JobState.running.word
    case .failed: JobState.setAside.word
    case .cancelled: JobState.cancelled.word
    case .quarantined: "quarantined"
    }
  }

  /// `waiting`, `running`, `failed: out of memory`, `cancelled`, `quarantined: …`.
  public var description: String {
    switch self {
    case .waiting: "waiting"
    case .running: "running"
    case .failed(let reason): JobState.setAside.described(reason)
    case .cancelled(let reason): JobState.cancelled.described(reason)
    case .quarantined(let reason): "quarantined: \(reason)"
    }
  }
}

/// Whether a grid has holes. A result from a grid with holes says so.
public struct Completeness: Hashable, Sendable {
  /// Points that the grid asks for; a point is a job, so every seed counts.
  public let expected: Int
  /// Those without a result, in grid order.
  public let missing: [MissingPoint]

  /// Looks through the records of a grid; `axes` name the points, `last` tells how far an unfinished
  /// job has come.
  public init(
    records: [JobRecord], axes: [String], last: (JobRecord) -> LastMetric? = { _ in nil }
  ) {
    self.expected = records.count
    self.missing = records.compactMap { record in
      record.missingReason.map {
        MissingPoint(
          index: record.index, key: record.job.key, label: record.label(axes: axes), reason: $0,
          last: record.isOver ? last(record) : nil)
      }
    }
  }

  /// True when nothing is missing.
  public var isComplete: Bool { missing.isEmpty }

  /// `complete: 30 points` or `incomplete: 3 of 30 points missing`.
  public var summary: String {
    isComplete
      ? "complete: \(counted(expected, "point"))"
      : "incomplete: \(missing.count) of \(counted(expected, "point")) missing"
  }
}

extension JobRecord {
  /// Failed or cancelled after an attempt: nobody goes on with it.
  var isOver: Bool { [.setAside, .cancelled].contains(state) && attempts > 0 }

  /// Why the point has no result; nil when it has one.
  fileprivate var missingReason: MissingPoint.Reason? {
    switch state {
    case .done: quarantine.map(MissingPoint.Reason.quarantined)
    case .waiting: .waiting
    case .running: .running
    case .setAside: .failed(reason)
    case .cancelled: .cancelled(reason)
    }
  }

  /// The values of grid axes, four digits of each: `width=20 seed=1`.
  public func label(axes: [String]) -> String {
    axes.compactMap { axis in job.parameters[axis].map { "\(axis)=\($0.short)" } }
      .joined(separator: " ")
  }

  /// What of the parameters names the grid point: everything except the seed.
  var point: Parameters { job.parameters.withoutSeed }
}

extension Value {
  /// The value as labels have it: reals in four significant digits.
  public var short: String {
    if case .real(let number) = self { ShortNumber.text(number) } else { description }
  }
}
