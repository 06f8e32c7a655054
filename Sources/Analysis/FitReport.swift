public import Fitting
public import SweepModel

/// A fit that was asked for, done for every group of points.
public struct FitReport: Hashable, Sendable {
  /// Where the points come from: a sweep's name or a file.
  public let source: String
  /// What was asked for.
  public let request: FitRequest
  /// One entry for each value of the `by` axes, in order of appearance; never empty.
  public let groups: [FitGroup]
  /// Titles of the workload's axes and metrics.
  public let titles: QuantityTitles
  /// For every group the predictions that figures reach out to; empty where none were asked for.
  public var asked: [[Prediction]] = []

  /// Creates a report.
  public init(
    source: String, request: FitRequest, groups: [FitGroup],
    titles: QuantityTitles = QuantityTitles()
  ) {
    self.titles = titles
    self.source = source
    self.request = request
    self.groups = groups
  }
}

/// One fit: its points, its result or the reason why there is none, and what it leaves out.
public struct FitGroup: Hashable, Sendable {
  /// The values of the `by` axes; empty when the fit is not split.
  public let labels: [Label]
  /// The points that were fitted.
  public let points: [FitPoint]
  /// What each point is called: its line in a table, its job in a sweep; empty where nobody says.
  public let names: [PointName]
  /// Which points were taken, and how they are grouped and weighed.
  public let rules: PointRules
  /// The fit, or why there is none.
  public let outcome: Outcome
  /// The grid's holes; nil for a table, which says nothing of them.
  public let completeness: Completeness?
  /// Points left out, by reason.
  public let leftOut: [LeftOut]
  /// The theory's exponent for this axis, where there is one for the whole group.
  public let theory: TheoreticalExponent?
  /// What a reader must know of the choice of points, in full sentences.
  public let notes: [String]
  /// What the choice of points gives reason to warn of.
  public let warnings: [FitWarning]
  /// A person has accepted the grid's holes.
  public let allowsIncomplete: Bool

  /// A `by` axis and its value.
  public struct Label: Hashable, Sendable {
    /// The axis.
    public let name: String
    /// The value, in full.
    public let value: String
    /// The value as titles have it: four significant digits where they tell the groups apart.
    public let text: String

    /// Creates a label; without a text the value is short enough.
    public init(name: String, value: String, text: String? = nil) {
      self.name = name
      self.value = value
      self.text = text ?? value
    }
  }

  /// What came out.
  public enum Outcome: Hashable, Sendable {
    /// A fit.
    case fitted(Fit)
    /// No fit, and why, in full sentences with the remedy.
    case refused(String)
  }

  /// A number of points left out for one reason.
  public struct LeftOut: Hashable, Sendable {
    /// Why, such as `parameters outside 1000.0...50000.0`.
    public let reason: String
    /// How many.
    public let count: Int

    /// Creates a count.
    public init(reason: String, count: Int) {
      self.reason = reason
      self.count = count
    }
  }

  /// Creates a group.
  public init(
    labels: [Label] = [], points: [FitPoint], names: [PointName] = [],
    rules: PointRules = PointRules(rules: [], clusters: "as given"), outcome: Outcome,
    completeness: Completeness? = nil, leftOut: [LeftOut] = [], theory: TheoreticalExponent? = nil,
    notes: [String] = [], warnings: [FitWarning] = [], allowsIncomplete: Bool = false
  ) {
    self.labels = labels
    self.points = points
    self.names = names
    self.rules = rules
    self.outcome = outcome
    self.completeness = completeness
    self.leftOut = leftOut
    self.theory = theory
    self.notes = notes
    self.warnings = warnings
    self.allowsIncomplete = allowsIncomplete
  }

  /// The same group under other titles.
  func labelled(_ labels: [Label]) -> FitGroup {
    FitGroup(
      labels: labels, points: points, names: names, rules: rules, outcome: outcome,
      completeness: completeness, leftOut: leftOut, theory: theory, notes: notes,
      warnings: warnings, allowsIncomplete: allowsIncomplete)
  }

  /// The fit; nil when refused.
  public var fit: Fit? {
    if case .fitted(let fit) = outcome { fit } else { nil }
  }

  /// `alpha=0.4 depth=2`, with four digits of a number where they are enough; empty when the fit is
  /// not split.
  public var title: String { labels.title }

  /// The same with all digits, for tables that others are joined with.
  public var fullTitle: String {
    labels.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }

  /// The warnings of the choice of points and of the fit.
  public var allWarnings: [FitWarning] { warnings + (fit?.warnings ?? []) }

  /// Notes and warnings, in full sentences.
  public var allNotes: [String] { notes + allWarnings.map(\.message) }

  /// True for a grid without holes, or with holes that a person has accepted.
  public var mayBeCalledExponent: Bool { completeness?.isComplete != false || allowsIncomplete }

  /// What a result is called: `exponent`; of a grid with holes `provisional slope (incomplete: 3 of
  /// 30 points missing)`, or, once a person has accepted them, `exponent (incomplete: …)`.
  public var exponentTitle: String {
    guard let completeness, !completeness.isComplete else { return exponentWord }
    return "\(exponentWord) (\(completeness.summary))"
  }

  /// `exponent` or `provisional slope`.
  public var exponentWord: String { Self.exponentWord(mayBeCalledExponent) }

  fileprivate static func exponentWord(_ mayBeCalledExponent: Bool) -> String {
    mayBeCalledExponent ? "exponent" : "provisional slope"
  }
}

extension FitReport {
  /// What the results of all groups together are called.
  public var exponentWord: String {
    FitGroup.exponentWord(groups.allSatisfy(\.mayBeCalledExponent))
  }
}

/// Why no report can be made at all; a fit that only one group cannot carry is `refused` there.
public enum AnalysisError: Error, Hashable, Sendable {
  /// No finished job has such a number.
  case unknownQuantity(name: String, available: [String])
  /// A grid has no such axis.
  case unknownAxis(name: String, available: [String])
  /// A grid has no axis of several numbers besides the seed.
  case noAxis(axes: [String])
  /// A picture needs two different axes.
  case equalAxes(name: String)
  /// No finished job has such a curve.
  case unknownCurve(name: String)
  /// A curve with several values a step where one is needed.
  case notScalarCurve(name: String, columns: Int)
  /// No job is done yet.
  case nothingDone(expected: Int)
  /// Jobs at one place of the axis differ in more than the seed.
  case mixedGrid(axis: String, parameter: String)
  /// Subtask curves of different widths.
  case differentSubtasks(Int, Int)
}

extension AnalysisError: CustomStringConvertible {
  /// One or two sentences: what is wrong, then the remedy.
  public var description: String {
    switch self {
    case .unknownQuantity(let name, let available):
      "No finished job has a number called \(name)." + hint(name, available)
    case .unknownAxis(let name, let available):
      "The grid has no axis called \(name)." + hint(name, available)
    case .noAxis(let axes):
      "The grid has no axis of several numbers besides the seed (its axes: "
        + "\(axes.isEmpty ? "none" : axes.joined(separator: ", "))). Add one under `grid:`."
    case .equalAxes(let name): "Both axes are \(name). Name two different ones."
    case .unknownCurve(let name):
      "No finished job has a curve called \(name). The mean loss is the curve loss."
    case .notScalarCurve(let name, let columns):
      "The curve \(name) has \(columns) values a step and a fit needs one. Take the curve loss."
    case .nothingDone(let expected):
      "None of the \(expected) points is done yet. Run the sweep first."
    case .mixedGrid(let axis, let parameter):
      "Jobs of equal \(axis) differ in \(parameter) as well. Choose one value of \(parameter)."
    case .differentSubtasks(let first, let second):
      "Some jobs have \(first) subtasks and others \(second). Choose one number of tasks."
    }
  }
}
