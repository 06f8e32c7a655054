import SweepModel

/// What a plan tells of a sweep's jobs, counted while they go by: a million of them are never held.
struct PlanTally {
  /// Jobs that differ in their seed only.
  struct Point {
    /// What each of them will need.
    let estimate: JobEstimate
    var jobs = 0
    var open = 0
  }

  /// A job with all that is known of it.
  struct Row {
    let key: JobKey
    let parameters: Parameters
    let estimate: JobEstimate
    let isDone: Bool
  }

  let axes: [String]
  /// All jobs, and those that are done.
  private(set) var jobs = 0
  private(set) var done = 0
  private(set) var points: [Point] = []
  /// The parameters of the first job of the first points.
  private(set) var shown: [Parameters] = []
  /// Every so many jobs one, from the first.
  private(set) var rows: [Row] = []
  /// Jobs that are not done, where they are wanted.
  private(set) var open: [(parameters: Parameters, estimate: JobEstimate)] = []
  /// The values of each axis in the order in which jobs have them.
  private(set) var values: [[Value]]

  private let estimate: (Parameters) -> JobEstimate
  private let limits: Limits
  private var known: [Set<Value>]
  private var last: [Value?]
  private var places: [[Value?]: Int] = [:]
  private var place = 0

  /// What is kept of jobs.
  struct Limits {
    /// The most points of which parameters are kept.
    var shown = Int.max
    /// From one row to the next, jobs; nil for no rows.
    var stride: Int?
    /// Whether jobs that are not done are wanted.
    var keepsOpen = false
  }

  /// - Parameter estimate: What a job will need; seeds change nothing of it.
  init(axes: [String], limits: Limits, estimate: @escaping (Parameters) -> JobEstimate) {
    self.axes = axes
    self.limits = limits
    self.estimate = estimate
    values = axes.map { _ in [] }
    known = axes.map { _ in [] }
    last = axes.map { _ in nil }
  }

  /// Counts the next job in grid order; its key is asked for where it is needed.
  mutating func add(_ parameters: Parameters, _ key: () -> JobKey, done recorded: Set<JobKey>) {
    if !step(to: parameters) { place = place(of: parameters) }
    let isRow = limits.stride.map { jobs % $0 == 0 } ?? false
    let name = recorded.isEmpty && !isRow ? nil : key()
    let isDone = name.map(recorded.contains) ?? false
    let estimate = points[place].estimate
    if let name, isRow {
      rows.append(Row(key: name, parameters: parameters, estimate: estimate, isDone: isDone))
    }
    jobs += 1
    points[place].jobs += 1
    guard !isDone else {
      done += 1
      return
    }
    points[place].open += 1
    if limits.keepsOpen { open.append((parameters, estimate)) }
  }

  /// Takes note of the axes' values; true when the job before this one differs in its seed only.
  private mutating func step(to parameters: Parameters) -> Bool {
    var isNext = jobs > 0
    for index in axes.indices {
      let value = parameters[axes[index]]
      guard value != last[index] else { continue }
      last[index] = value
      if axes[index] != "seed" { isNext = false }
      if let value, known[index].insert(value).inserted { values[index].append(value) }
    }
    return isNext
  }

  /// The point of the job that was stepped to. Without seeds that vary, every job is one.
  private mutating func place(of parameters: Parameters) -> Int {
    let varies = axes.indices.filter { axes[$0] != "seed" }
    if varies.count < axes.count {
      let values = varies.map { last[$0] }
      if let known = places[values] { return known }
      places[values] = points.count
    }
    points.append(Point(estimate: estimate(parameters)))
    if shown.count < limits.shown { shown.append(parameters) }
    return points.count - 1
  }
}
