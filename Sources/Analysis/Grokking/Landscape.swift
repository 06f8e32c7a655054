public import SweepModel

/// Training and test error over one or two axes of a grid, such as data size and the norm of the
/// weights (*Omnigrok*, arXiv:2210.01117, Fig. 1 and 4).
public struct Landscape: Hashable, Sendable {
  /// What is drawn.
  public enum Quantity: String, Hashable, Sendable, CaseIterable {
    /// The loss, in the workload's unit.
    case loss
    /// The fraction of samples that are wrong.
    case error

    /// Pairs of scalars of training and test samples that hold it, the preferred first.
    fileprivate func scalars(_ signature: WorkloadSignature) -> [(train: String, test: String)] {
      func pair(_ role: (MetricRole.Samples) -> MetricRole) -> (train: String, test: String)? {
        guard let train = signature.metric(.scalar, role(.train)),
          let test = signature.metric(.scalar, role(.test))
        else { return nil }
        return (train, test)
      }
      func best(stands: Bool) -> (train: String, test: String)? {
        pair {
          self == .loss ? .leastLoss($0, stands: stands) : .largestAccuracy($0, stands: stands)
        }
      }
      let last = pair { self == .loss ? .loss($0) : .accuracy($0) }
      return [best(stands: true), last, best(stands: false)].compactMap(\.self)
    }

    fileprivate func value(_ scalar: Double) -> Double { self == .loss ? scalar : 1 - scalar }
  }

  /// The mean over the runs of one place.
  public struct Cell: Hashable, Sendable {
    /// The place on the first axis.
    public let x: Double
    /// The place on the second; nil in a landscape of one axis.
    public let y: Double?
    /// On training samples; nil without runs.
    public let train: Double?
    /// On test samples; nil without runs.
    public let test: Double?
  }

  /// A line through a landscape: the cells of equal y, ascending by x.
  public struct Section: Hashable, Sendable {
    /// The place on the second axis; nil in a landscape of one axis.
    public let y: Double?
    /// The cells with runs.
    public let cells: [Cell]
  }

  /// What is drawn.
  public let quantity: Quantity
  /// The scalar of the test samples that it was read off, such as `loss.final`.
  public let scalar: String
  /// The first axis, along which sections are cut: the weights' scale where the grid has it.
  public let x: String
  /// The second; nil in a landscape of one axis.
  public let y: String?
  /// The other axes' values; empty when there are none.
  public let slice: [FitGroup.Label]
  /// The places, by ascending y, then x.
  public let cells: [Cell]
  /// Whether the landscape has holes.
  public let completeness: Completeness
  /// True where a place has several runs.
  public let hasSeeds: Bool

  /// The landscapes of a sweep, one for each combination of the axes beyond two; empty when its
  /// jobs do not record the quantity, or when the grid has no axis for it.
  ///
  /// - Parameters:
  ///   - quantity: What to draw.
  ///   - records: All jobs of the sweep.
  ///   - axes: The grid's axes, in the file's order.
  ///   - signature: What the workload says of its axes and metrics; nil where nobody knows it.
  public static func all(
    _ quantity: Quantity, of records: [JobRecord], axes: [String],
    signature: WorkloadSignature?
  ) -> [Landscape] {
    guard let done = records.first(where: \.hasResult), let signature else { return [] }
    let scalars = quantity.scalars(signature).first { pair in
      [pair.train, pair.test].allSatisfy { name in done.scalars.contains { $0.name == name } }
    }
    let abscissa = axes.first { signature.parameter($0)?.role == .abscissa }
    let along = try? GridPlane.planes(of: records, axes: axes, x: abscissa)
    guard let scalars, let planes = along ?? (try? GridPlane.planes(of: records, axes: axes))
    else { return [] }
    return planes.map { Landscape(quantity, of: $0, scalars: scalars, axes: axes) }
  }

  private init(
    _ quantity: Quantity, of plane: GridPlane, scalars: (train: String, test: String),
    axes: [String]
  ) {
    self.quantity = quantity
    scalar = scalars.test
    (x, y, slice) = (plane.x, plane.y, plane.slice)
    completeness = Completeness(records: plane.jobs, axes: axes)
    hasSeeds = plane.cells.contains { $0.jobs.filter(\.hasResult).count > 1 }
    cells = plane.cells.map { cell in
      func mean(_ name: String) -> Double? {
        let found = cell.jobs.filter(\.hasResult).compactMap { $0.number(name) }
        return found.isEmpty
          ? nil : found.reduce(0) { $0 + quantity.value($1) } / Double(found.count)
      }
      return Cell(x: cell.x, y: cell.y, train: mean(scalars.train), test: mean(scalars.test))
    }
  }

  /// The lines through the landscape along the first axis, by ascending y.
  public var sections: [Section] {
    let rows = Dictionary(grouping: cells.filter { $0.train != nil }, by: \.y)
    return rows.keys.sorted { ($0 ?? 0) < ($1 ?? 0) }.map { Section(y: $0, cells: rows[$0] ?? []) }
  }

  /// `trainNum=45`; empty when the landscape is the whole grid.
  public var title: String { slice.title }
}
