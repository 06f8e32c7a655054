public import Analysis
import Basics
import Fitting
import Glibc
import SweepModel

/// Compute-optimal frontiers as plain text for a terminal.
public enum FrontierTable {
  /// For every group and size the exponent and a line for every parabola, then what qualifies them.
  public static func text(_ report: IsoFlopReport) -> String {
    report.groups.map { text($0, of: report.fit) }.joined(separator: "\n")
  }

  private static func text(_ group: IsoFlopGroup, of fit: IsoFlopFit) -> String {
    let title = group.title.isEmpty ? "" : "\(group.title): "
    let left = group.leftOut.map {
      "  \(title)\(counted($0.count, "point")) left out: \($0.reason)."
    }
    let warnings = group.warnings(of: fit).map { "  \(title)\($0.message)" }
    guard let frontiers = group.frontiers else {
      guard case .refused(let reason) = group.outcome else { return "" }
      return (["\(title)no frontier. \(reason)"] + warnings + left).joined(separator: "\n") + "\n"
    }
    let optima = group.optima(of: fit)
    var blocks = zip(fit.sizes, frontiers).map { size, frontier in
      let lines = frontier.parabolas.map {
        "  C = \(Number.significant($0.budget)): \(Number.significant(pow(10, $0.log10Vertex))) "
          + "of \(counted($0.count, "run")), \(fit.y) \(Number.significant($0.minimum, 5))"
          + ($0.isMinimum ? "" : ", left out")
      }
      let sizes = optima.filter { $0.size == size }.map {
        "  at C = \(Number.significant($0.budget)): \(RoundedEstimate($0.estimate, in: .text).line)"
      }
      return
        (["\(title)\(head(size, frontier))"] + lines + sizes
        + frontier.warnings.map { "  \($0.message)" }).joined(separator: "\n")
    }
    blocks.append(
      (["  \(method(frontiers[0])) Budgets within \(tolerance) % are one."] + warnings + left)
        .joined(separator: "\n"))
    return blocks.joined(separator: "\n") + "\n"
  }

  private static var tolerance: String { Number.fixed(100 * EqualBudgets.tolerance, 0) }

  private static func head(_ size: String, _ frontier: IsoFlopFrontier) -> String {
    let intercept = RoundedEstimate(frontier.intercept, in: .text).value
    return
      "optimal \(size) = 10^\(intercept)·C^\(RoundedEstimate(frontier.exponent, in: .text).line), n = "
      + "\(frontier.pointCount)"
  }

  /// How the intervals were made.
  static func method(_ frontier: IsoFlopFrontier) -> String {
    guard frontier.resampleCount > 0 else {
      return "95 % intervals: Student's t of the frontier's regression."
    }
    return
      "95 % intervals: bootstrap of runs within \(frontier.parabolas.count) budgets, "
      + "\(frontier.resampleCount) resamples, seed \(frontier.seed)."
  }
}
