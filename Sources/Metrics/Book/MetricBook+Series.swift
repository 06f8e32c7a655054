extension MetricBook {
  /// The rows of one metric.
  public struct Series: Sendable, Hashable {
    /// A row.
    public struct Row: Sendable, Hashable {
      /// The step.
      public let step: Int
      /// The value.
      public let value: Double
    }

    /// What it is called.
    public internal(set) var name: String
    /// Strictly ascending.
    public internal(set) var steps: [Int] = []
    /// One a step.
    public internal(set) var values: [Double] = []
    /// The least value with its first step, of all rows, those too that thinning took; NaN aside.
    public private(set) var least: Row?
    /// The greatest, likewise.
    public private(set) var greatest: Row?

    /// Only rows whose number is a multiple of it are kept, beside the last one.
    private var stride = 1
    /// Rows so far.
    private var count = 0
    /// The last steps of a thinned series, of which not all rows are kept.
    private var recent: [Int] = []
    private static let recentCount = 64

    init(name: String) { self.name = name }

    /// Whether another series has the same rows.
    public func isSame(_ other: Series) -> Bool {
      steps == other.steps && values.map(\.bitPattern) == other.values.map(\.bitPattern)
    }

    /// Whether another series tells the same of the steps that both have, and there are such: some tools keep
    /// single precision, or fewer rows.
    public func agrees(_ other: Series) -> Bool {
      let known = Dictionary(zip(steps, values)) { $1 }
      let pairs = zip(other.steps, other.values).compactMap { step, value in
        known[step].map { ($0, value) }
      }
      return !pairs.isEmpty
        && pairs.allSatisfy { one, two in
          one == two || (one.isNaN && two.isNaN) || abs(one - two) <= 1e-5 * max(abs(one), abs(two))
        }
    }

    /// The step of a row that has none.
    var nextStep: Int {
      guard let last = steps.last else { return 0 }
      return last == .max ? last : last + 1
    }

    /// A step that is there already, or long before the last: the program has gone back. Another one before
    /// the last is late: one of several threads has told it.
    func isLate(_ step: Int) -> Bool {
      guard let last = steps.last, step < last else { return false }
      guard stride > 1 else {
        let place = place(of: step)
        return steps.count - place <= Self.recentCount && steps[place] != step
      }
      return step > recent.first ?? .max && !recent.contains(step)
    }

    mutating func record(_ value: Double, at step: Int) {
      if isLate(step) { return insert(value, at: step) }
      if let last = steps.last, step <= last { goBack(to: step) }
      let isLastTentative = count > 0 && (count - 1) % stride != 0
      if isLastTentative {
        steps[steps.count - 1] = step
        values[values.count - 1] = value
      } else {
        steps.append(step)
        values.append(value)
      }
      count += 1
      remember(step)
      weigh(step, value)
    }

    /// Adds a row that comes late; a thinned series only weighs it.
    private mutating func insert(_ value: Double, at step: Int) {
      if stride == 1 {
        let place = place(of: step)
        steps.insert(step, at: place)
        values.insert(value, at: place)
        count += 1
      } else {
        remember(step)
      }
      weigh(step, value)
    }

    private mutating func remember(_ step: Int) {
      guard stride > 1 else { return }
      if recent.count == Self.recentCount { recent.removeFirst() }
      recent.insert(step, at: recent.firstIndex { $0 > step } ?? recent.count)
    }

    /// Where the first row stands whose step is this one or a later one.
    private func place(of step: Int) -> Int {
      var (lower, upper) = (0, steps.count)
      while lower < upper {
        let middle = (lower + upper) / 2
        if steps[middle] < step { lower = middle + 1 } else { upper = middle }
      }
      return lower
    }

    /// Takes in the least and the greatest value of rows that another one no longer holds.
    mutating func weigh(_ other: Series) {
      for row in [other.least, other.greatest].compactMap(\.self) { weigh(row.step, row.value) }
    }

    private mutating func weigh(_ step: Int, _ value: Double) {
      if value < least?.value ?? .infinity || (least == nil && value == .infinity) {
        least = Row(step: step, value: value)
      }
      if value > greatest?.value ?? -.infinity || (greatest == nil && value == -.infinity) {
        greatest = Row(step: step, value: value)
      }
    }

    /// Takes out the rows from a step on.
    mutating func goBack(to step: Int) {
      let lower = place(of: step)
      recent.removeAll { $0 >= step }
      if lower < steps.count {
        // The rows that stay are those of the grid.
        count = lower * stride
        if lower > 0 { count -= stride - 1 }
        steps.removeSubrange(lower...)
        values.removeSubrange(lower...)
      }
      let isLeastGone = (least?.step ?? .min) >= step
      let isGreatestGone = (greatest?.step ?? .min) >= step
      guard isLeastGone || isGreatestGone else { return }
      // The other one stands, though its row may have been left out.
      if isLeastGone { least = nil }
      if isGreatestGone { greatest = nil }
      for (step, value) in zip(steps, values) { weigh(step, value) }
    }

    /// Keeps every second row, and the last one; how many were taken out.
    mutating func halve() -> Int {
      let before = steps.count
      guard before > 2 else { return 0 }
      let isLastTentative = (count - 1) % stride != 0
      let grid = isLastTentative ? before - 1 : before
      var kept = Swift.stride(from: 0, to: grid, by: 2).map { $0 }
      if kept.last != before - 1 { kept.append(before - 1) }
      steps = kept.map { steps[$0] }
      values = kept.map { values[$0] }
      recent = Array(steps.suffix(Self.recentCount))
      stride *= 2
      return before - steps.count
    }
  }
}
