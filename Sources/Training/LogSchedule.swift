import Kernels

/// The steps at which a job evaluates: every multiple of an interval, or steps whose distance grows to
/// an interval, and the last step.
public struct LogSchedule: Hashable, Sendable {
  /// Steps between evaluations.
  public let interval: Int
  /// The job's last step.
  public let steps: Int

  private let detailed: Set<Int>
  /// The first steps, at which the distance still grows, ascending; none when it never does.
  private let growing: [Int]

  /// Creates a schedule with about `detailedPoints` roughly log-spaced steps among the others at
  /// which large rows (one value a subtask) are kept; all steps when there are no more than that.
  public init(interval: Int, steps: Int, detailedPoints: Int) {
    precondition(interval > 0 && steps > 0 && detailedPoints > 0, "impossible schedule")
    self.interval = interval
    self.steps = steps
    growing = []
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

  /// Creates a schedule whose next step is later by the fraction `growth` of a step, by at least 1
  /// and at most `interval`: dense where training begins, and evenly spaced in the logarithm.
  public init(growth: Double, interval: Int, steps: Int) {
    precondition(growth >= 0.001 && interval > 0 && steps > 0, "impossible schedule")
    self.interval = interval
    self.steps = steps
    var growing = [1]
    while let last = growing.last, last < steps {
      let distance = growth * Double(last)
      guard distance < Double(interval) else { break }
      growing.append(last + max(1, Int(distance)))
    }
    self.growing = growing.filter { $0 < steps }
    detailed = []
  }

  /// True when the job evaluates after `step` updates.
  public func evaluates(at step: Int) -> Bool {
    guard let last = growing.last else { return step % interval == 0 || step == steps }
    if step == steps { return true }
    return step > last ? (step - last) % interval == 0 : contains(step)
  }

  /// Whether a step is among the first ones.
  private func contains(_ step: Int) -> Bool {
    var (low, high) = (0, growing.count)
    while low < high {
      let middle = (low + high) / 2
      if growing[middle] < step { low = middle + 1 } else { high = middle }
    }
    return low < growing.count && growing[low] == step
  }

  /// True when an evaluation after `step` updates keeps the large rows.
  public func isDetailed(at step: Int) -> Bool {
    detailed.contains((step + interval - 1) / interval)
  }

  /// Evaluations of the whole job.
  public var count: Int {
    growing.count + (steps - (growing.last ?? 0) + interval - 1) / interval
  }
  /// Evaluations that keep the large rows.
  public var detailedCount: Int { detailed.count }
}
