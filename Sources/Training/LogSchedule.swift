import Kernels

/// The steps at which a job evaluates: every multiple of an interval, or steps whose distance grows to
/// an interval, and the last step.
public struct LogSchedule: Hashable, Sendable {
  /// Steps between evaluations.
  public let interval: Int
  /// The job's last step.
  public let steps: Int

  /// Evaluations by the interval, and the logarithm of the ratio of neighbours among those that keep
  /// the large rows; 0 where all do.
  private let points: Int
  private let detailedPoints: Int
  private let ratio: Double
  /// The first steps, at which the distance still grows, ascending; none when it never does.
  private let growing: [Int]

  /// Creates a schedule with about `detailedPoints` roughly log-spaced steps among the others at
  /// which large rows (one value a subtask) are kept; all steps when there are no more than that.
  public init(interval: Int, steps: Int, detailedPoints: Int) {
    precondition(interval > 0 && steps > 0 && detailedPoints > 0, "impossible schedule")
    self.interval = interval
    self.steps = steps
    self.detailedPoints = detailedPoints
    growing = []
    points = (steps + interval - 1) / interval
    ratio =
      points > detailedPoints
      ? Elementary.logarithm(Double(points)) / Double(max(1, detailedPoints - 1)) : 0
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
    (points, detailedPoints, ratio) = (0, 0, 0)
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
    isDetailed(point: (step + interval - 1) / interval)
  }

  /// The steps of the evaluations that keep the large rows, ascending; none where the distance grows.
  public var detailedSteps: [Int] {
    let chosen =
      ratio > 0
      ? Set((0..<detailedPoints).map(power).filter { (1...points).contains($0) } + [points])
        .sorted()
      : Array(1..<points + 1)
    return chosen.map { min(steps, $0 * interval) }
  }

  private func isDetailed(point: Int) -> Bool {
    guard ratio > 0, point < points else {
      return (1...max(1, points)).contains(point) && points > 0
    }
    // The only indices whose power can round to the point, and one more on either side.
    let nearest = Int(Elementary.logarithm(Double(max(1, point))) / ratio)
    let reach = Int(Elementary.logarithm(3) / ratio) + 2
    return (max(0, nearest - reach)..<min(detailedPoints, nearest + reach))
      .contains { power($0) == point }
  }

  /// The point of an index among those that keep the large rows.
  private func power(_ index: Int) -> Int {
    Int(Elementary.exponential(ratio * Double(index)).rounded())
  }

  /// Evaluations of the whole job.
  public var count: Int {
    growing.count + (steps - (growing.last ?? 0) + interval - 1) / interval
  }
  /// The most evaluations that keep the large rows.
  public var detailedLimit: Int { ratio > 0 ? detailedPoints + 1 : points }
}
