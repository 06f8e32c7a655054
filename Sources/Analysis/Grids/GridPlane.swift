public import SweepModel

/// The jobs of a sweep over one or two numeric axes of its grid, at one value of each other axis.
public struct GridPlane: Hashable, Sendable {
  /// The jobs of one place: its seeds.
  public struct Cell: Hashable, Sendable {
    /// The place on the first axis.
    public let x: Double
    /// The place on the second; nil in a plane of one axis.
    public let y: Double?
    /// The jobs in grid order, with or without a result.
    public let jobs: [JobRecord]
  }

  /// The first axis.
  public let x: String
  /// The second; nil where the grid has one only.
  public let y: String?
  /// The other axes' values, in the grid's order; empty when there are none.
  public let slice: [FitGroup.Label]
  /// The places that the grid asks for, by ascending y, then x.
  public let cells: [Cell]

  /// Sorts the jobs of a sweep into planes, in grid order.
  ///
  /// An axis that is not named is the first one of the grid that has several values, all numbers,
  /// and is not the seed.
  ///
  /// - Parameters:
  ///   - records: All jobs of the sweep.
  ///   - axes: The grid's axes, in the file's order.
  ///   - x: The first axis; nil chooses.
  ///   - y: The second; nil chooses where there is another one.
  ///   - mayTakeSeed: True to take the seed for the first axis of a grid that varies in nothing else.
  /// - Throws: ``AnalysisError``, when the grid has no such axis.
  public static func planes(
    of records: [JobRecord], axes: [String], x: String? = nil, y: String? = nil,
    mayTakeSeed: Bool = false
  ) throws(AnalysisError) -> [GridPlane] {
    let others = axes.filter { $0 != "seed" && values(of: $0, records).count > 1 }
    let seed = mayTakeSeed && others.isEmpty ? axes.filter { $0 == "seed" } : []
    let numeric = (others + seed).filter { axis in
      records.allSatisfy { $0.job.parameters[axis]?.number != nil }
    }
    for name in [x, y].compactMap(\.self) where !numeric.contains(name) {
      throw .unknownAxis(name: name, available: numeric)
    }
    guard x != y || x == nil else { throw .equalAxes(name: x ?? "") }
    guard let first = x ?? numeric.first(where: { $0 != y }) else { throw .noAxis(axes: axes) }
    let second = y ?? numeric.first { $0 != first }
    let rest = others.filter { $0 != first && $0 != second }
    return GridSlices(records, by: rest).slices.map { slice, members in
      GridPlane(x: first, y: second, slice: slice, cells: cells(members, first, second))
    }
  }

  private static func values(of axis: String, _ records: [JobRecord]) -> Set<Value?> {
    Set(records.map { $0.job.parameters[axis] })
  }

  private static func cells(_ records: [JobRecord], _ x: String, _ y: String?) -> [Cell] {
    var places: [[Double]: [JobRecord]] = [:]
    for record in records {
      let place = [y, x].compactMap { $0.flatMap { record.job.parameters[$0]?.number } }
      places[place, default: []].append(record)
    }
    return places.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { place, jobs in
      Cell(x: place[place.count - 1], y: y == nil ? nil : place[0], jobs: jobs)
    }
  }

  /// `trainNum=45 objective=mse`; empty when the plane is the whole grid.
  public var title: String { slice.title }

  /// All jobs.
  public var jobs: [JobRecord] { cells.flatMap(\.jobs) }
}
