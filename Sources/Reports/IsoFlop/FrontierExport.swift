public import Analysis
import Fitting
import Glibc
import SweepModel

/// Frontiers as CSV files, all with the columns source, group and size first; numbers in full
/// precision, an empty field where there is none.
public enum FrontierExport {
  /// One row for each group and column of sizes.
  public static func parameters(_ report: IsoFlopReport) -> String {
    let labels = report.fit.predicted.map { "optimum_C\(Derived.label($0))" }
    let header =
      keys + ["budget", "y", "objective_value", "n", "budgets"]
      + (["exponent", "log10_k"] + labels).flatMap { name in
        ["", "_se", "_lo95", "_hi95"].map { name + $0 }
      }
    let rows = each(report).map { group, size, frontier -> [String] in
      let optima = group.optima(of: report.fit).filter { $0.size == size }.map(\.estimate)
      return key(report, group, size)
        + [
          report.fit.budget, report.fit.y, CSVText.number(frontier.objectiveValue),
          "\(frontier.pointCount)", "\(frontier.parabolas.count)",
        ]
        + ([frontier.exponent, frontier.intercept] + optima).flatMap { estimate in
          [
            estimate.value, estimate.standardError, estimate.ci95?.lowerBound,
            estimate.ci95?.upperBound,
          ].map(CSVText.number)
        }
    }
    return text(header, rows)
  }

  /// One row for each parabola: y = minimum + curvature·(log₁₀ size − log10_vertex)².
  public static func parabolas(_ report: IsoFlopReport) -> String {
    let header =
      keys
      + [
        "budget", "n", "optimal_size", "log10_vertex", "minimum", "curvature", "smallest",
        "largest",
        "rss",
      ]
    let rows = each(report).flatMap { group, size, frontier in
      frontier.parabolas.map { parabola -> [String] in
        let window = parabola.window
        return key(report, group, size)
          + [CSVText.number(parabola.budget), "\(parabola.count)"]
          + [
            pow(10, parabola.log10Vertex), parabola.log10Vertex, parabola.minimum,
            parabola.curvature, pow(10, window.lowerBound), pow(10, window.upperBound),
            parabola.residualSquares,
          ].map { CSVText.number($0.isFinite ? $0 : nil) }
      }
    }
    return text(header, rows)
  }

  /// One row for each point and column of sizes: what the table calls it, its own budget and that of
  /// its parabola, its size, y, the parabola there, and y − parabola, data less fit; the last three
  /// empty for a budget without a parabola.
  public static func residuals(_ report: IsoFlopReport) -> String {
    let header =
      keys + ["label", "budget", "parabola_budget", "size_value", "y", "prediction", "residual"]
    let rows = each(report).flatMap { group, size, frontier -> [[String]] in
      let column = report.fit.sizes.firstIndex(of: size) ?? 0
      return zip(group.names, group.points).map { name, point -> [String] in
        let budget = point.inputs[point.inputs.count - 1]
        let parabola = frontier.parabola(of: budget)
        let prediction = parabola?.value(at: point.inputs[column])
        return key(report, group, size) + ["\(name)"]
          + [
            budget, parabola?.budget, point.inputs[column], point.y, prediction,
            prediction.map { point.y - $0 },
          ].map(CSVText.number)
      }
    }
    return text(header, rows)
  }

  private static let keys = ["source", "group", "size"]

  private static func key(
    _ report: IsoFlopReport, _ group: IsoFlopGroup, _ size: String
  ) -> [String] {
    [report.source, group.labels.map { "\($0.name)=\($0.value)" }.joined(separator: " "), size]
  }

  private static func text(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map(CSVText.line).joined()
  }

  private static func each(
    _ report: IsoFlopReport
  ) -> [(group: IsoFlopGroup, size: String, frontier: IsoFlopFrontier)] {
    report.groups.flatMap { group in
      zip(report.fit.sizes, group.frontiers ?? []).map { (group, $0, $1) }
    }
  }
}
