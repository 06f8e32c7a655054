public import Analysis
import Basics
public import SweepModel

/// The curves of a sweep, sorted for drawing: lines that differ in one axis of the grid, in a panel
/// for each combination of the other axes.
public struct CurveSheet: Hashable, Sendable {
  /// The lines of one combination.
  public struct Panel: Hashable, Sendable {
    /// `weightDecay=0.1`, or the values of several axes; empty where there is one panel only.
    public var title: String { labels.panelTitle }
    /// The values of the axes beside ``CurveSheet/axis``.
    public let labels: [FitGroup.Label]
    /// Its lines, named by their values of ``CurveSheet/axis``.
    public let families: [CurveFamily]
  }

  /// What there is to draw, and how much of it is drawn.
  public struct Share: Hashable, Sendable {
    /// How many are drawn.
    public let drawn: Int
    /// How many there are.
    public let count: Int

    /// `12 of 30 curves drawn`; nil when all are.
    func text(_ what: String) -> String? {
      drawn == count ? nil : "\(drawn) of \(count) \(what) drawn"
    }
  }

  /// The axis that tells the lines of a panel apart; nil for a single grid point.
  public let axis: String?
  /// The names of all lines, in the order of their colours.
  public let names: [String]
  /// The panels, in grid order; empty where jobs have no such curve.
  public let panels: [Panel]
  /// The values of the axis that have a line.
  public let lines: Share
  /// The combinations of the other axes that have a panel.
  public let combinations: Share

  /// At most so many lines in a figure of one panel, and in each of several.
  private static let limits = (alone: 30, beside: 12)

  /// Sorts the curves of a sweep's finished jobs, with their seeds as runs of one line.
  ///
  /// - Parameters:
  ///   - name: The curve's name, such as `loss`.
  ///   - training: The curve of the training samples, to be taken as well from jobs that have both
  ///     only; nil to take the one.
  ///   - records: All jobs.
  ///   - axes: The grid's axes.
  ///   - panelLimit: At most so many panels, evenly chosen.
  ///   - curve: A stored curve; nil when the job has none of that name.
  /// - Throws: Whatever the look-up throws.
  public init(
    of name: String, training: String? = nil, records: [JobRecord], axes: [String],
    panelLimit: Int = FigureStyle.screen.panelLimit, curve: (JobKey, String) throws -> Curve?
  ) throws {
    let done = records.filter(\.hasResult)
    let varying = axes.filter { axis in
      axis != "seed" && Set(done.map { $0.job.parameters[axis] }).count > 1
    }
    let axis = Self.lineAxis(varying, done)
    let groups = GridSlices(done, by: varying.filter { $0 != axis }).slices
    let values = Self.values(of: axis, done)
    let shown = values.evenly(groups.count == 1 ? Self.limits.alone : Self.limits.beside)
    let texts = ShortNumber.texts(shown.map { $0?.description ?? name })
    let names = Dictionary(zip(shown, texts), uniquingKeysWith: { $1 })
    self.axis = axis
    self.names = texts
    self.lines = Share(drawn: shown.count, count: values.count)
    self.combinations = Share(drawn: min(panelLimit, groups.count), count: groups.count)
    self.panels = try groups.evenly(panelLimit).compactMap { labels, members in
      let families = try shown.compactMap { value -> CurveFamily? in
        let runs = members.filter { axis == nil || $0.job.parameters[axis ?? ""] == value }
        return try Self.family(
          named: names[value] ?? name, of: name, training: training, runs, curve: curve)
      }
      return families.isEmpty ? nil : Panel(labels: labels, families: families)
    }
  }

  /// The axis of most values, numbers before words.
  private static func lineAxis(_ varying: [String], _ done: [JobRecord]) -> String? {
    func rank(_ axis: String) -> Int {
      let values = Set(done.map { $0.job.parameters[axis] })
      return values.count + (values.allSatisfy { $0?.number != nil } ? 1_000_000 : 0)
    }
    return varying.max { rank($0) < rank($1) }
  }

  /// The values of an axis, ascending where they are numbers.
  private static func values(of axis: String?, _ done: [JobRecord]) -> [Value?] {
    guard let axis else { return done.isEmpty ? [] : [nil] }
    var seen: Set<Value?> = []
    let values = done.map { $0.job.parameters[axis] }.filter { seen.insert($0).inserted }
    return values.allSatisfy { $0?.number != nil }
      ? values.sorted { ($0?.number ?? 0) < ($1?.number ?? 0) } : values
  }

  private static func family(
    named label: String, of name: String, training: String?, _ runs: [JobRecord],
    curve: (JobKey, String) throws -> Curve?
  ) throws -> CurveFamily? {
    var test: [Curve] = []
    var train: [Curve] = []
    for run in runs {
      guard let found = try curve(run.job.key, name), !found.steps.isEmpty else { continue }
      if let training {
        guard let other = try curve(run.job.key, training), other.steps == found.steps
        else { continue }
        train.append(other)
      }
      test.append(found)
    }
    guard !test.isEmpty else { return nil }
    return CurveFamily(name: label, curves: test, training: train)
  }
}
