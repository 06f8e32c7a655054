public import Analysis
import Basics
import Fitting
public import SweepModel

/// The fits of many groups as rows of a file, one for each group, in full precision.
public struct GroupRows: Sendable {
  private let request: FitRequest

  /// Rows of the fits that a request asks for.
  public init(_ request: FitRequest) { self.request = request }

  /// The first line of a CSV file: the `by` columns; n, objective_value, clusters, converged,
  /// identified; each parameter NAME with NAME_se, NAME_lo95, NAME_hi95; left_out, the number of points;
  /// warnings, their codes with blanks between them; refused, why there is no fit.
  public var header: String {
    let parameters = request.form.parameters.flatMap {
      [$0.name, "\($0.name)_se", "\($0.name)_lo95", "\($0.name)_hi95"]
    }
    return CSVText.line(
      request.by + ["n", "objective_value", "clusters", "converged", "identified"] + parameters
        + ["left_out", "warnings", "refused"])
  }

  /// A group as a line of a CSV file, with its end.
  public func csv(_ group: FitGroup) -> String {
    let fit = group.fit
    var fields = group.labels.map(\.value)
    fields += [
      "\(fit?.pointCount ?? group.points.count)", CSVText.number(fit?.objectiveValue),
      fit.map { "\($0.clusterCount)" } ?? "", fit.map { "\($0.converged)" } ?? "",
      fit.map { "\($0.isIdentified)" } ?? "",
    ]
    for parameter in request.form.parameters {
      let estimate = fit?.parameter(parameter.name)
      fields += [
        CSVText.number(estimate?.value), CSVText.number(estimate?.standardError),
        CSVText.number(estimate?.ci95?.lowerBound), CSVText.number(estimate?.ci95?.upperBound),
      ]
    }
    fields += [
      "\(leftOut(group))", group.allWarnings.map(\.code.rawValue).joined(separator: " "),
      refusal(group) ?? "",
    ]
    return CSVText.line(fields)
  }

  /// A group as a line of JSON, with its end: `by`, `n`, `objective`, `clusters`, `converged`,
  /// `parameters` {NAME: {value, identified, se, ci95}}, `leftOut`, `warnings` (codes), `refused`, as in
  /// the JSON of a single fit.
  public func json(_ group: FitGroup) -> String {
    let fit = group.fit
    let by = group.labels.map { "\(jsonQuoted($0.name)):\(jsonQuoted($0.value))" }.joined(
      separator: ",")
    var line = "{\"by\":{\(by)},\"n\":\(fit?.pointCount ?? group.points.count)"
    if let fit {
      let parameters = fit.parameters.map { "\(jsonQuoted($0.name)):\(json($0))" }
      line +=
        ",\"objective\":\(number(fit.objectiveValue)),\"clusters\":\(fit.clusterCount)"
        + ",\"converged\":\(fit.converged),\"parameters\":{\(parameters.joined(separator: ","))}"
    }
    let codes = group.allWarnings.map { jsonQuoted($0.code.rawValue) }.joined(separator: ",")
    line += ",\"leftOut\":\(leftOut(group)),\"warnings\":[\(codes)]"
    if let reason = refusal(group) { line += ",\"refused\":\(jsonQuoted(reason))" }
    return line + "}\n"
  }

  private func json(_ estimate: Estimate) -> String {
    let interval = estimate.ci95.map { "[\(number($0.lowerBound)),\(number($0.upperBound))]" }
    return "{\"value\":\(number(estimate.value)),\"identified\":\(estimate.isIdentified),\"se\":"
      + "\(number(estimate.standardError)),\"ci95\":\(interval ?? "null")}"
  }

  private func number(_ value: Double?) -> String {
    value.flatMap { $0.isFinite ? "\($0)" : nil } ?? "null"
  }

  private func leftOut(_ group: FitGroup) -> Int { group.leftOut.reduce(0) { $0 + $1.count } }

  private func refusal(_ group: FitGroup) -> String? {
    if case .refused(let reason) = group.outcome { reason } else { nil }
  }
}
