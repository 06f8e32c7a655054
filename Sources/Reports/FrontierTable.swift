public import Analysis
public import Fitting
import Glibc
import SweepModel

/// Compute-optimal frontiers as plain text for a terminal.
public enum FrontierTable {
  /// The exponents, then a line for every parabola, then what qualifies them.
  public static func text(_ fit: IsoFlopFit, _ frontiers: [IsoFlopFrontier]) -> String {
    zip(fit.sizes, frontiers).map { size, frontier in
      let places = Number.decimals(forError: frontier.exponent.standardError)
      let interval = frontier.exponent.ci95.map {
        " [\(Number.fixed($0.lowerBound, places)), \(Number.fixed($0.upperBound, places))]"
      }
      let head =
        "optimal \(size) = 10^\(Number.fixed(frontier.intercept.value, 3))·C^"
        + "\(Number.fixed(frontier.exponent.value, places))\(interval ?? ""), n = "
        + "\(frontier.pointCount)"
      let lines = frontier.parabolas.map {
        "  C = \(Number.significant($0.budget)): \(Number.significant(pow(10, $0.log10Vertex))) "
          + "of \(counted($0.count, "run")), \(fit.y) \(Number.fixed($0.minimum, 4))"
      }
      return ([head] + lines + frontier.warnings.map { "  \($0.message)" })
        .joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }
}
