public import Analysis
import Fitting
import SweepModel

/// A two-step law as plain text.
public enum DownstreamTable {
  /// Both steps, what is predicted, and what qualifies it.
  public static func text(_ report: DownstreamReport) -> String {
    let (study, law) = (report.study, report.law)
    let first = law.loss.parameters.map { "\($0.name) \(FitText.value(law.loss, $0))" }
    let second = law.parameters.map { "\($0.name) \(number($0))" }
    let lines = [
      "\(report.source): \(study.accuracy) from \(study.inputs.joined(separator: ", ")) through "
        + "\(study.loss), n = \(report.runs.count)",
      "  1 \(study.loss): \(law.loss.form.formula), \(first.joined(separator: ", "))",
      "  2 \(study.accuracy) = chance + (ceiling − chance)/(1 + exp(k·(\(study.loss) − L0))), "
        + "\(second.joined(separator: ", ")), rms \(Number.significant(law.rmsAccuracy))",
    ]
    let head = [
      "at", study.loss, "95 % of a new run", study.accuracy, "95 % of the law",
      "95 % of a new run", "measured",
    ]
    let held = report.heldOut.map { entry in
      row(entry.prediction, study) + [
        "\(Number.fixed(entry.run.accuracy, 3)), error \(signed(entry.error)), "
          + (entry.isHeld ? "held" : "missed")
      ]
    }
    let asked = report.predictions.map { row($0, study) + [""] }
    let table = held.isEmpty && asked.isEmpty ? [] : FitTable.aligned([head] + held + asked)
    let left =
      report.leftOut > 0 ? ["\(counted(report.leftOut, "row")) without a value left out."] : []
    let notes =
      [
        "95 % intervals: both steps together in \(law.resampleCount) resamples of "
          + "\(counted(law.clusterCount, "place")), seed \(report.seed); a new run deviates from both "
          + "steps as one of the data does."
      ] + left + law.loss.warnings.map { "step 1: \($0.message)" }
    return (lines + table + notes.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "" : "+") + Number.fixed(value, 3)
  }

  private static func row(_ prediction: TwoStepLaw.Prediction, _ study: DownstreamStudy) -> [String]
  {
    func range(_ range: ClosedRange<Double>) -> String {
      "[\(Number.fixed(range.lowerBound, 3)), \(Number.fixed(range.upperBound, 3))]"
    }
    let outside = zip(study.inputs, prediction.decadesOutside).filter { $1 != 0 }.map {
      "\($0) \(Number.fixed(abs($1), 1)) decades outside"
    }
    return [
      MinimumTable.label(prediction.inputs, study.inputs)
        + (outside.isEmpty ? "" : " (\(outside.joined(separator: ", ")))"),
      Number.fixed(prediction.loss.value, 3), range(prediction.loss.run),
      Number.fixed(prediction.accuracy.value, 3), range(prediction.accuracy.law),
      range(prediction.accuracy.run),
    ]
  }

  private static func number(_ estimate: Estimate) -> String {
    guard let range = estimate.ci95 else { return "\(Number.significant(estimate.value)) (given)" }
    if estimate.name == "ceiling", estimate.value >= 1 { return "1 (at bound)" }
    if estimate.name == "chance", estimate.value <= 0 { return "0 (at bound)" }
    return "\(Number.significant(estimate.value)) [\(Number.significant(range.lowerBound)), "
      + "\(Number.significant(range.upperBound))]"
  }
}
