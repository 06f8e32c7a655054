public import Fitting
import SweepModel

/// Compute-optimal frontiers over the rows of a table, by parabolas at equal compute.
public struct IsoFlopFit: Hashable, Sendable {
  /// The column of budgets.
  public let budget: String
  /// The columns of sizes: parameters, and tokens where they are wanted too.
  public let sizes: [String]
  /// The column of the metric.
  public let y: String
  /// Rows are taken where all hold.
  public let filters: [TableFit.Filter]

  /// Creates a fit.
  public init(budget: String, sizes: [String], y: String, filters: [TableFit.Filter] = []) {
    self.budget = budget
    self.sizes = sizes
    self.y = y
    self.filters = filters
  }

  /// A frontier for each column of sizes, in their order.
  ///
  /// - Throws: ``CSVError`` for an unknown column or a field that is no number, and
  ///   `IsoFlopError` when the rows carry no frontier.
  public func frontiers(
    over table: CSVTable, resamples: Int = 2000, seed: UInt64 = 1
  ) throws -> [IsoFlopFrontier] {
    let rows = try RowFilter(filters: filters).take(from: table).rows
    let (budgets, metric) = (try table.column(budget), try table.column(y))
    return try sizes.map { size in
      let column = try table.column(size)
      let points = try rows.map { row in
        IsoFlopPoint(
          budget: try table.number(row[budgets], column: budget),
          size: try table.number(row[column], column: size),
          y: try table.number(row[metric], column: y))
      }
      return try IsoFlopFrontier(points: points, resamples: resamples, seed: seed)
    }
  }
}

/// Frontiers as a JSON encoder writes them: the shape of a fit with the form `isoflop`, parameters
/// `a`, `a_intercept` and, for a second column of sizes, `b`, `b_intercept`, and every parabola.
public struct IsoFlopDocument: Encodable, Sendable {
  struct Objective: Encodable, Sendable {
    let name = "ls"
    let value: Double
  }

  struct Warning: Encodable, Sendable {
    let code: String
    let message: String
  }

  struct Parabola: Encodable, Sendable {
    let size: String
    let budget: Double
    let n: Int
    let log10Vertex: Double
    let minimum: Double
    let curvature: Double
    let window: [Double]
    let rss: Double
  }

  let source: String
  let form = "isoflop"
  let formula = "size* = 10^intercept·C^exponent, size* the vertex of y against log10 size"
  let objective: Objective
  let n: Int
  let converged = true
  let minima: [Double] = []
  let parameters: [String: EstimateDocument]
  let derived: [String: EstimateDocument] = [:]
  let warnings: [Warning]
  let parabolas: [Parabola]

  enum CodingKeys: String, CodingKey {
    case source, form, formula, objective, n, converged, minima, parameters, derived, warnings
    case parabolas
  }

  /// Describes the frontiers of a fit.
  public init(source: String, fit: IsoFlopFit, frontiers: [IsoFlopFrontier]) {
    self.source = source
    self.objective = Objective(value: frontiers[0].objectiveValue)
    self.n = frontiers[0].pointCount
    var parameters: [String: EstimateDocument] = [:]
    for (name, frontier) in zip(["a", "b"], frontiers) {
      parameters[name] = EstimateDocument(frontier.exponent)
      parameters["\(name)_intercept"] = EstimateDocument(frontier.intercept)
    }
    self.parameters = parameters
    self.warnings = zip(fit.sizes, frontiers).flatMap { size, frontier in
      frontier.warnings.map { Warning(code: $0.code.rawValue, message: "\(size): \($0.message)") }
    }
    self.parabolas = zip(fit.sizes, frontiers).flatMap { size, frontier in
      frontier.parabolas.map {
        Parabola(
          size: size, budget: $0.budget, n: $0.count, log10Vertex: $0.log10Vertex,
          minimum: $0.minimum, curvature: $0.curvature,
          window: [$0.window.lowerBound, $0.window.upperBound], rss: $0.residualSquares)
      }
    }
  }
}
