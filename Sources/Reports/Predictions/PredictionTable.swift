public import Analysis
import Fitting
import SweepModel

/// Predictions as plain text for a terminal and as CSV.
public enum PredictionTable {
  /// A heading for each fit, one row for each group and place, and what qualifies them.
  public static func text(_ report: PredictionReport) -> String {
    let request = report.fit.request
    let isSplit = !request.by.isEmpty
    let head =
      (isSplit ? ["group"] : [])
      + ["at", request.y, "95 % of the curve", "95 % of a new one", "where"]
    let lines = report.entries.flatMap { entry in
      rows(entry, request).map { (isSplit ? [entry.group.title] : []) + $0 }
    }
    let title =
      "\(request.name): \(request.y) against \(request.inputs.joined(separator: ", ")), "
      + "\(request.form.formula), objective \(request.objective.label)"
    return ([title] + FitTable.aligned([head] + lines) + footnotes(report).map { "  \($0)" })
      .joined(separator: "\n") + "\n"
  }

  private static func rows(_ entry: PredictionReport.Entry, _ request: FitRequest) -> [[String]] {
    guard let prediction = entry.outcome.prediction else {
      return [[entry.place.text, "no value", "–", "–", "–"]]
    }
    let digits = Digits(prediction)
    let row = [
      entry.place.text, prediction.isDetermined ? digits.text(prediction.value) : "not determined",
      digits.interval(prediction.confidence),
      prediction.isDetermined ? digits.interval(prediction.measurement) : "–",
      place(prediction, request),
    ]
    guard case .optimal(let optimum) = entry.outcome else { return [row] }
    let sizes = zip(request.inputs, [optimum.parameters, optimum.samples]).map { name, estimate in
      let rounded = RoundedEstimate(estimate, in: .text)
      return [
        "  best \(name)", estimate.isIdentified ? rounded.value : "not determined",
        rounded.interval ?? "–", "", "",
      ]
    }
    return [row] + sizes
  }

  /// `inside the data`, `parameters 3.2 decades above the data`.
  static func place(_ prediction: Prediction, _ request: FitRequest) -> String {
    let outside = zip(request.inputs, prediction.decadesOutside).filter { $1 != 0 }
    guard !outside.isEmpty else { return "inside the data" }
    return outside.map { name, decades in
      let far = Number.fixed(abs(decades), abs(decades) < 0.095 ? 2 : 1)
      let which = request.inputs.count > 1 ? "\(name) " : ""
      return "\(which)\(far) \(far == "1.0" ? "decade" : "decades") outside the data"
        + (decades > 0 ? "" : " (below)")
    }.joined(separator: ", ")
  }

  private static func footnotes(_ report: PredictionReport) -> [String] {
    var notes: [String] = []
    func add(_ note: String) { if !notes.contains(note) { notes.append(note) } }
    for entry in report.entries {
      let name = entry.group.title.isEmpty ? "" : "\(entry.group.title): "
      if let fit = entry.group.fit { add("\(FitText.method(fit)).") }
      if case .refused(let reason) = entry.outcome { add("\(name)\(entry.place.text): \(reason)") }
      for warning in entry.warnings(of: report.fit.request) { add(name + warning.message) }
      guard let prediction = entry.outcome.prediction else { continue }
      if !prediction.isDetermined {
        add(
          "\(name)\(entry.place.text): curves that fit the data equally well disagree here; the "
            + "interval is what those that were found say, and others may say more.")
      } else if prediction.confidence == nil {
        add("\(name)no interval: the fit has none.")
      } else if prediction.measurement == nil {
        add(
          "\(name)nothing says how far a new measurement lies from the curve: there are no more "
            + "clusters than parameters.")
      }
    }
    for group in report.fit.groups {
      let name = group.title.isEmpty ? "" : "\(group.title): "
      for warning in group.allWarnings { add(name + warning.message) }
      if !group.mayBeCalledExponent {
        add("\(name)the grid has holes, so nothing here is final (\(group.exponentTitle)).")
      }
    }
    return notes
  }
}

/// A prediction with the digits that its interval deserves.
private struct Digits {
  private let value: Double
  private let error: Double?

  init(_ prediction: Prediction) {
    value = prediction.value
    error = (prediction.confidence ?? prediction.measurement).map {
      ($0.upperBound - $0.lowerBound) / 3.92
    }
  }

  func text(_ value: Double) -> String {
    RoundedEstimate(value: value, error: error, in: .text).value
  }

  func interval(_ range: ClosedRange<Double>?) -> String {
    range.flatMap {
      RoundedEstimate(value: value, error: error, interval: $0, in: .text).interval
    } ?? "–"
  }
}

extension PredictionTable {
  /// One row for each fit, group and place, numbers in full precision; of a budget the best inputs.
  public static func csv(_ reports: [PredictionReport]) -> String {
    let width = reports.map { $0.fit.request.inputs.count }.max() ?? 1
    let inputs = (0..<width).flatMap { index -> [String] in
      let name = index == 0 ? "x" : "x\(index + 1)"
      return ["\(name)_name", name, "\(name)_lo95", "\(name)_hi95", "\(name)_decades_outside"]
    }
    let header =
      ["source", "fit", "group", "at", "y_name"] + inputs
      + [
        "y", "ci_lo95", "ci_hi95", "measurement_lo95", "measurement_hi95", "determined", "refused",
      ]
    let rows = reports.flatMap { report in report.entries.map { row($0, report, width) } }
    return ([header] + rows).map(CSVText.line).joined()
  }

  private static func row(
    _ entry: PredictionReport.Entry, _ report: PredictionReport, _ width: Int
  ) -> [String] {
    let request = report.fit.request
    let prediction = entry.outcome.prediction
    var sizes: [Estimate] = []
    if case .optimal(let optimum) = entry.outcome { sizes = [optimum.parameters, optimum.samples] }
    let inputs = (0..<width).flatMap { index -> [String] in
      guard index < request.inputs.count else { return ["", "", "", "", ""] }
      guard let prediction else { return [request.inputs[index], "", "", "", ""] }
      let range = index < sizes.count ? sizes[index].ci95 : nil
      return [request.inputs[index]]
        + [
          prediction.inputs[index], range?.lowerBound, range?.upperBound,
          prediction.decadesOutside[index],
        ].map { CSVText.number($0) }
    }
    var refused = ""
    if case .refused(let reason) = entry.outcome { refused = reason }
    return [report.fit.source, request.name, entry.group.fullTitle, entry.place.text, request.y]
      + inputs
      + [
        prediction?.value, prediction?.confidence?.lowerBound, prediction?.confidence?.upperBound,
        prediction?.measurement?.lowerBound, prediction?.measurement?.upperBound,
      ].map { CSVText.number($0) } + ["\(prediction?.isDetermined ?? false)", refused]
  }
}
