public import Analysis
import Basics
import Fitting
import SweepModel

/// Best settings against scale, as text and as CSV.
public enum MinimumTable {
  /// The laws, a line for every scale, and what qualifies them.
  public static func text(_ report: MinimumReport) -> String {
    let study = report.study
    let title =
      "\(report.source): \(study.settings.joined(separator: ", ")) of least \(study.y) against "
      + "\(study.scales.joined(separator: ", ")), n = \(report.runs.count)"
    let laws = zip(study.settings, report.law.laws).flatMap { setting, law -> [String] in
      let powers = zip(study.scales, law.exponents).map {
        "\($0)^\(RoundedEstimate($1, in: .text).line)"
      }
      let head =
        "best \(setting) = 10^\(RoundedEstimate(law.intercept, in: .text).value)·"
        + powers.joined(separator: "·")
      return [head]
        + study.places.map { place in
          "  at \(label(place, study.scales)): \(RoundedEstimate(law.best(at: place), in: .text).line)"
        }
    }
    let rows = report.law.scales.map { scale -> [String] in
      let at = scale.values.map { Number.significant($0) }
      switch scale.outcome {
      case .minimum(let settings, let y, _):
        return at + settings.map { Number.significant($0) } + [
          Number.significant(y, 4), "\(scale.count)",
        ]
      case .leftOut, .misfit: return at + settings(study, "left out") + ["–", "\(scale.count)"]
      }
    }
    let head = study.scales + study.settings.map { "best \($0)" } + ["\(study.y) there", "runs"]
    let left =
      report.leftOut > 0 ? ["\(counted(report.leftOut, "row")) without a value left out."] : []
    let notes =
      [method(report)] + left + report.law.warnings.map(\.message)
    return
      ([title] + laws.map { "  \($0)" } + FitTable.aligned([head] + rows)
      + notes.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  private static func settings(_ study: MinimumStudy, _ text: String) -> [String] {
    study.settings.map { _ in text }
  }

  private static func method(_ report: MinimumReport) -> String {
    report.law.resampleCount == 0
      ? "95 % intervals: Student's t of the regression through the minima."
      : "95 % intervals: \(report.law.resampleCount) resamples of runs within their scale, seed "
        + "\(report.seed), and at least Student's t of the regression through the minima."
  }

  static func label(_ place: [Double], _ names: [String]) -> String {
    zip(names, place).map { "\($0) = \(Number.significant($1))" }.joined(separator: ", ")
  }

  /// One row for each scale: its best settings, the metric there, runs, or why it is left out.
  public static func csv(_ report: MinimumReport) -> String {
    let study = report.study
    let header =
      study.scales + study.settings.map { "best_\($0)" } + ["\(study.y)_minimum", "n", "left_out"]
    let rows = report.law.scales.map { scale -> [String] in
      let at = scale.values.map { CSVText.number($0) }
      switch scale.outcome {
      case .minimum(let settings, let y, _):
        return at + settings.map { CSVText.number($0) } + [CSVText.number(y), "\(scale.count)", ""]
      case .leftOut(let reason), .misfit(let reason):
        return at + self.settings(study, "") + ["", "\(scale.count)", reason]
      }
    }
    return ([header] + rows).map(CSVText.line).joined()
  }
}
