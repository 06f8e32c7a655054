public import SweepModel

/// New rows of a running job's curves that wait to be told, for charts that follow it.
///
/// They leave at most once a second, first a second after the job began, at most a few thousand values at a time: where a job evaluates
/// faster, rows between are left out. Curves of very many columns stay out altogether. Nothing is lost
/// by that: the result has every row.
public struct LiveRows: Sendable {
  /// Shortest time between two messages, seconds.
  public static let interval = 1.0
  /// Columns of a curve that is told.
  public static let mostColumns = 64
  /// Curves of one job that are told.
  public static let mostCurves = 16
  /// Values of one curve in a message.
  public static let mostValues = 512

  private struct Waiting: Sendable {
    let name: String
    let columns: Int
    var steps: [Int] = []
    var values: [Float] = []

    /// Leaves out every second row; the newest stays.
    mutating func thin() {
      let kept = steps.indices.filter { (steps.count - 1 - $0) % 2 == 0 }
      values = kept.flatMap { values[$0 * columns..<($0 + 1) * columns] }
      steps = kept.map { steps[$0] }
    }
  }

  private var waiting: [Waiting] = []
  /// When the next message may leave, monotonic seconds.
  private var next: Double

  /// Nothing waits of a job that begins at a time, monotonic seconds.
  public init(at now: Double) { next = now + Self.interval }

  /// Takes in the last rows of those curves that have one at a step.
  public mutating func add(_ curves: [Curve], at step: Int) {
    for curve in curves where curve.steps.last == step && curve.columns <= Self.mostColumns {
      let index: Int
      if let known = waiting.firstIndex(where: { $0.name == curve.name }) {
        index = known
      } else if waiting.count < Self.mostCurves {
        waiting.append(Waiting(name: curve.name, columns: curve.columns))
        index = waiting.count - 1
      } else {
        continue
      }
      if waiting[index].values.count + curve.columns > Self.mostValues { waiting[index].thin() }
      waiting[index].steps.append(step)
      waiting[index].values += curve.values.suffix(curve.columns)
    }
  }

  /// What leaves at a time, monotonic seconds; nothing when the last message was a moment ago.
  public mutating func take(at now: Double) -> [Curve] {
    guard now >= next, !waiting.isEmpty else { return [] }
    next = now + Self.interval
    defer { waiting = [] }
    return waiting.map {
      Curve(name: $0.name, steps: $0.steps, columns: $0.columns, values: $0.values)
    }
  }
}
