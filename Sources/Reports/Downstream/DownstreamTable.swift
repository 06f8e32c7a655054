public import Analysis
import Basics
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
        "\(measured(entry)), "
          + (entry.isHeld ? "held" : "missed")
      ]
    }
    let asked = report.predictions.map { row($0, study) + [""] }
    let table = held.isEmpty && asked.isEmpty ? [] : FitTable.aligned([head] + held + asked)
    let left =
      report.leftOut > 0 ? ["\(counted(report.leftOut, "row")) without a value left out."] : []
    let notes =
      [
        law.resamplesPlaces
          ? "95 % intervals: both steps together in \(law.resampleCount) resamples of "
            + "\(counted(law.clusterCount, "place")), seed \(report.seed); a new run deviates from both "
            + "steps as one of the data does."
          : "95 % intervals: both steps together in \(law.resampleCount) draws of their deviations at "
            + "\(counted(law.clusterCount, "place")), too few to resample, with Student's t; seed \(report.seed)."
      ] + left + law.loss.warnings.map { "step 1: \($0.message)" }
      + law.warnings.map { "step 2: \($0.message)" }
    return (lines + table + notes.map { "  \($0)" }).joined(separator: "\n") + "\n"
  }

  /// `0.731, error −0.003`.
  private static func measured(_ entry: DownstreamReport.HeldOut) -> String {
    let digits = Rounded(entry.prediction.accuracy)
    return "\(digits.like(entry.run.accuracy)), error \(entry.error > 0 ? "+" : "")"
      + digits.like(entry.error)
  }

  private static func row(_ prediction: TwoStepLaw.Prediction, _ study: DownstreamStudy) -> [String]
  {
    let outside = zip(study.inputs, prediction.decadesOutside).filter { $1 != 0 }.map {
      "\($0) \(Number.fixed(abs($1), abs($1) < 0.095 ? 2 : 1)) decades outside"
    }
    let loss = Rounded(prediction.loss)
    let accuracy = Rounded(prediction.accuracy)
    return [
      MinimumTable.label(prediction.inputs, study.inputs)
        + (outside.isEmpty ? "" : " (\(outside.joined(separator: ", ")))"),
      loss.value, loss.run, accuracy.value, accuracy.law, accuracy.run,
    ]
  }

  /// A prediction with the digits that the interval of a new run deserves.
  private struct Rounded {
    private let interval: TwoStepLaw.Interval

    init(_ interval: TwoStepLaw.Interval) { self.interval = interval }

    private var error: Double? {
      let width = interval.run.upperBound - interval.run.lowerBound
      return width > 0 && width.isFinite ? width / 3.92 : nil
    }

    private func rounded(_ value: Double, _ range: ClosedRange<Double>? = nil) -> RoundedEstimate {
      RoundedEstimate(value: value, error: error, interval: range, in: .text)
    }

    var value: String { rounded(interval.value).value }
    var law: String { rounded(interval.value, interval.law).interval ?? "–" }
    var run: String { rounded(interval.value, interval.run).interval ?? "–" }

    /// A number with as many decimals.
    func like(_ value: Double) -> String { rounded(value).value }
  }

  private static func number(_ estimate: Estimate) -> String {
    guard estimate.ci95 != nil else { return "\(Number.significant(estimate.value)) (given)" }
    if estimate.name == "ceiling", estimate.value >= 1 { return "1 (at bound)" }
    if estimate.name == "chance", estimate.value <= 0 { return "0 (at bound)" }
    return RoundedEstimate(estimate, in: .text).line
  }
}
