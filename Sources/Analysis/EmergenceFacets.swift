public import SweepModel

/// The losses of subtasks of a whole sweep: a matrix for each combination of the axes beside the
/// one that the matrices run along.
public struct EmergenceFacets: Hashable, Sendable {
  /// One matrix and where in the grid it lies.
  public struct Facet: Hashable, Sendable {
    /// The values of the other axes; empty where there are none.
    public let slice: [FitGroup.Label]
    /// The losses.
    public let matrix: EmergenceMatrix

    /// Creates a facet.
    public init(slice: [FitGroup.Label], matrix: EmergenceMatrix) {
      self.slice = slice
      self.matrix = matrix
    }
  }

  /// What the matrices run along: `parameters`, `samples`, `step` or an axis of the grid.
  public let axis: String
  /// The matrices, in grid order; never empty.
  public let facets: [Facet]
  /// How many combinations have results; ``facets`` may be an even choice of them.
  public let count: Int

  /// Creates facets.
  public init(axis: String, facets: [Facet], count: Int) {
    self.axis = axis
    self.facets = facets
    self.count = count
  }

  /// Reads the facets off curves of finished jobs.
  ///
  /// The axis is the first of `preferred` and `parameters` at which jobs differ, else the axis of the
  /// grid with the most numbers, else `step`.
  ///
  /// - Parameters:
  ///   - curves: What the losses of subtasks are recorded as.
  ///   - preferred: What the sweep's fits run along.
  ///   - records: All jobs of the sweep.
  ///   - axes: The grid's axes.
  ///   - limit: At most so many facets, evenly chosen; the curves of others are not read.
  ///   - curve: The look-up of curves.
  /// - Throws: ``AnalysisError``, and whatever the look-up throws.
  public init(
    of curves: EmergenceMatrix.Curves, preferred: [String], records: [JobRecord], axes: [String],
    limit: Int,
    curve: (JobKey, String) throws -> Curve?
  ) throws {
    let done = records.filter(\.hasResult)
    guard !done.isEmpty else { throw AnalysisError.nothingDone(expected: records.count) }
    let grid = GridVariation(done, axes: axes)
    let axis = grid.axis(preferred: preferred)
    let slices = grid.slices(besides: axis)
    self.axis = axis
    self.count = slices.count
    self.facets = try slices.evenly(limit).map { labels, members in
      Facet(
        slice: labels,
        matrix: try EmergenceMatrix(of: curves, axis: axis, records: members, curve: curve))
    }
  }
}

/// Which axes of a grid the finished jobs differ in, and which of them a number depends on.
private struct GridVariation {
  let jobs: [JobRecord]
  /// The axes with several values, without the seed, in the grid's order.
  let varying: [String]

  init(_ jobs: [JobRecord], axes: [String]) {
    self.jobs = jobs
    self.varying = axes.filter { axis in
      axis != "seed" && Set(jobs.map { $0.job.parameters[axis] }).count > 1
    }
  }

  private func count(_ name: String) -> Int { Set(jobs.compactMap { $0.number(name) }).count }

  func axis(preferred: [String]) -> String {
    if preferred.contains("step") { return "step" }
    let numeric = varying.filter { axis in
      jobs.allSatisfy { $0.job.parameters[axis]?.number != nil }
    }
    let known = preferred.filter { $0 == "samples" } + ["parameters"]
    let longest = numeric.max { count($0) < count($1) }
    return (known + [longest].compactMap(\.self)).first { count($0) > 1 } ?? "step"
  }

  /// The jobs by the values of every axis that tells a facet from another, in grid order.
  func slices(besides axis: String) -> [(labels: [FitGroup.Label], jobs: [JobRecord])] {
    GridSlices(jobs, by: facetAxes(axis)).slices
  }

  /// All axes that vary, but the one that makes most of the axis' values.
  private func facetAxes(_ axis: String) -> [String] {
    guard axis != "step" else { return varying }
    if varying.contains(axis) { return varying.filter { $0 != axis && mixes($0, at: axis) } }
    let drivers = varying.filter { drives($0, axis) }
    let main = drivers.max { count($0) < count($1) }
    return varying.filter { $0 != main && (drivers.contains($0) || mixes($0, at: axis)) }
  }

  /// True where two jobs differ in one axis only, and in the number too.
  private func drives(_ name: String, _ number: String) -> Bool {
    var found: [Parameters: Double] = [:]
    return jobs.contains { job in
      var rest = job.point
      rest[name] = nil
      guard let value = job.number(number) else { return false }
      return found.updateValue(value, forKey: rest).map { $0 != value } ?? false
    }
  }

  /// True where jobs of one number have several values of an axis.
  private func mixes(_ name: String, at number: String) -> Bool {
    var found: [Double: Value?] = [:]
    return jobs.contains { job in
      guard let place = job.number(number) else { return false }
      let value = job.job.parameters[name]
      return found.updateValue(value, forKey: place).map { $0 != value } ?? false
    }
  }
}
