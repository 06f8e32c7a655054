public import Analysis
import Basics
import Fitting
import SweepModel

/// Approaches to compute-optimal sizes side by side, as text and for papers.
public enum ApproachTable {
  /// A row for each approach and budget, then what qualifies them.
  public static func text(_ report: FrontierReport) -> String {
    let study = report.study
    let title =
      "\(report.source): compute-optimal N* (\(study.sizes[0])) ∝ C^a and D* (\(study.sizes[1])) ∝ C^b, "
      + "C = 6·N·D, n = \(report.runs.count)"
    let head = [
      "approach", "a [95 % interval]", "b [95 % interval]", "C", "N*", "D*", "\(study.y) there",
    ]
    let rows = report.comparison.results.flatMap { result -> [[String]] in
      guard let answer = result.answer else {
        return [[result.approach.title, "–", "–", "", "", "", ""]]
      }
      let exponents = [line(answer.a), line(answer.b)]
      let told = report.told(answer)
      guard !told.isEmpty else { return [[result.approach.title] + exponents + ["", "", "", ""]] }
      return told.enumerated().map { index, optimum in
        (index == 0 ? [result.approach.title] + exponents : ["", "", ""]) + [
          Number.significant(optimum.budget), line(optimum.parameters), line(optimum.samples),
          optimum.y.map(line) ?? "–",
        ]
      }
    }
    let notes = Self.notes(report).map { "  \($0)" }
    return ([title] + FitTable.aligned([head] + rows) + notes).joined(separator: "\n") + "\n"
  }

  private static func line(_ estimate: Estimate) -> String {
    RoundedEstimate(estimate, in: .text).line
  }

  static func notes(_ report: FrontierReport) -> [String] {
    let each = report.comparison.results.flatMap { result -> [String] in
      switch result.outcome {
      case .found(let answer): answer.notes.map { "\(result.approach.title): \($0)" }
      case .refused(let reason): ["\(result.approach.title): left out. \(reason)"]
      }
    }
    let left =
      report.leftOut > 0 ? ["\(counted(report.leftOut, "row")) without a value left out."] : []
    return [
      "95 % intervals: \(report.resamples) resamples of runs, seed \(report.seed); parametric fit by "
        + "\(report.study.objective.label)."
    ] + report.warnings.map(\.message) + left + each
  }

  /// The same table as a `tabular` with rules of booktabs.
  public static func latex(_ report: FrontierReport) -> String {
    func math(_ estimate: Estimate?) -> String {
      guard let estimate else { return "--" }
      let rounded = RoundedEstimate(estimate)
      return "$\(rounded.estimate)$" + (rounded.interval.map { " $\($0)$" } ?? "")
    }
    let rows = report.comparison.results.flatMap { result -> [[String]] in
      guard let answer = result.answer else { return [[result.approach.title] + dashes] }
      return report.told(answer).enumerated().map { index, optimum in
        (index == 0 ? [result.approach.title, math(answer.a), math(answer.b)] : ["", "", ""]) + [
          "$\(RoundedEstimate(value: optimum.budget).estimate)$", math(optimum.parameters),
          math(optimum.samples), math(optimum.y),
        ]
      }
    }
    let head = [
      "approach", "$a$", "$b$", "$C$", "$N_{\\mathrm{opt}}$", "$D_{\\mathrm{opt}}$",
      "$L_{\\mathrm{opt}}$",
    ]
    let lines = ([head] + rows).map { $0.joined(separator: " & ") + " \\\\" }
    let notes = notes(report).map { "{\\footnotesize \(TeX.escaped($0))\\par}" }
    return
      ([
        "% needs \\usepackage{amsmath,booktabs}", "\\begin{tabular}{lllllll}", "\\toprule",
        lines[0], "\\midrule",
      ] + lines.dropFirst() + ["\\bottomrule", "\\end{tabular}", "\\par\\smallskip"] + notes
      + [""]).joined(separator: "\n")
  }

  private static let dashes = Array(repeating: "--", count: 6)
}

extension FrontierApproach {
  /// What tables call it.
  var title: String {
    switch self {
    case .envelope: "1 envelope"
    case .isoFlop: "2 isoFLOP"
    case .parametric: "3 parametric"
    }
  }
}
