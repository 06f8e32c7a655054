import Kernels

/// The steps at which a job evaluates: every multiple of an interval, and the last step.
public struct LogSchedule: Hashable, Sendable {
  /// Steps between evaluations.
  public let interval: Int
  /// The job's last step.
  public let steps: Int

  private let detailed: Set<Int>

  /// Creates a schedule with about `detailedPoints` roughly log-spaced steps among the others at
  /// which large rows (one value a subtask) are kept; all steps when there are no more than that.
  public init(interval: Int, steps: Int, detailedPoints: Int) {
    precondition(interval > 0 && steps > 0 && detailedPoints > 0, "impossible schedule")
    self.interval = interval
    self.steps = steps
    let points = (steps + interval - 1) / interval
    guard points > detailedPoints else {
      detailed = Set(1...points)
      return
    }
    let ratio = Elementary.logarithm(Double(points)) / Double(max(1, detailedPoints - 1))
    var chosen: Set<Int> = [points]
    for index in 0..<detailedPoints {
      chosen.insert(Int(Elementary.exponential(ratio * Double(index)).rounded()))
    }
    detailed = chosen
  }

  /// True when the job evaluates after `step` updates.
  public func evaluates(at step: Int) -> Bool { step % interval == 0 || step == steps }

  /// True when an evaluation after `step` updates keeps the large rows.
  public func isDetailed(at step: Int) -> Bool {
    detailed.contains((step + interval - 1) / interval)
  }

  /// Evaluations of the whole job.
  public var count: Int { (steps + interval - 1) / interval }
  /// Evaluations that keep the large rows.
  public var detailedCount: Int { detailed.count }
}
