public import Analysis
import Fitting
import Glibc
import SweepModel

/// The fits as CSV files for papers and notebooks, all of them with the columns source, name and
/// group first; numbers in full precision, an empty field where there is none.
public enum FitExport {
  /// One row for each group.
  ///
  /// Every parameter NAME of any of the forms, and everything that is derived from them, has the
  /// columns NAME, NAME_se, NAME_lo95, NAME_hi95, with profiles also NAME_profile_lo95 and
  /// NAME_profile_hi95; the column held names what was held. An end that there is none of is `inf` or
  /// `-inf`.
  public static func parameters(_ reports: [FitReport]) -> String {
    let derived = groups(reports).flatMap { $1.fit?.derived.map(\.name) ?? [] }
    let names = once(parameterNames(reports) + derived)
    let profiled = groups(reports).contains {
      $1.fit?.parameters.contains { $0.profile95 != nil } == true
    }
    let suffixes =
      ["", "_se", "_lo95", "_hi95"] + (profiled ? ["_profile_lo95", "_profile_hi95"] : [])
    let header =
      keys
      + ["x", "y", "form", "held", "objective", "objective_value", "n", "clusters", "converged"]
      + names.flatMap { name in suffixes.map { name + $0 } }
      + ["floor_at_bound", "theory", "points_expected", "points_missing"]
    let rows = groups(reports).map { row($0, $1, names, cells: suffixes.count) }
    return text(header, rows)
  }

  /// One row for each point in the order of the fit: its label, the number of its cluster and
  /// stratum, weight (that of an upper bound with a minus sign), inputs x, x2 …, y, the fit's
  /// prediction, and the log residual ln(y) − ln(prediction), data less fit; then what the sweep or the
  /// table knows of the point: of a sweep the job's key, its step and the grid's axes, of a table the
  /// line.
  public static func residuals(_ reports: [FitReport]) -> String {
    let inputs = inputNames(reports)
    let header =
      keys + ["label", "cluster", "stratum", "weight"] + inputs
      + ["y", "prediction", "log_residual"]
    let origins = Origins(groups(reports).flatMap { $1.names })
    let rows = groups(reports).flatMap { report, group in
      let residuals = group.residuals
      return group.points.indices.map { place -> [String] in
        let point = group.points[place]
        let name = place < group.names.count ? group.names[place] : nil
        let known: [String] =
          key(report, group) + [
            name?.description ?? "", "\(point.cluster)", "\(point.stratum)",
            CSVText.number(point.isUpperBound ? -point.weight : point.weight),
          ]
        let numbers =
          padded(point.inputs, to: inputs.count) + [
            point.y, residuals?[place].prediction, residuals?[place].log,
          ]
        return known + numbers.map(CSVText.number) + origins.cells(name)
      }
    }
    return text(header + origins.header(beside: header), rows)
  }

  /// The columns that say where points come from.
  private struct Origins {
    private let axes: [String]
    private let hasJobs: Bool
    private let hasLines: Bool
    private let hasRows: Bool

    init(_ names: [PointName]) {
      axes = once(names.flatMap { $0.place?.axes.map(\.name) ?? [] })
      hasJobs = names.contains { $0.place != nil }
      hasLines = names.contains { $0.line != nil }
      hasRows = names.contains { $0.row != nil }
    }

    /// An axis that is called as a column of another meaning has `axis_` before its name.
    func header(beside others: [String]) -> [String] {
      let fixed =
        (hasLines ? ["line"] : []) + (hasRows ? ["row"] : []) + (hasJobs ? ["job", "step"] : [])
      return fixed + axes.map { (others + fixed).contains($0) ? "axis_\($0)" : $0 }
    }

    func cells(_ name: PointName?) -> [String] {
      let place = name?.place
      return (hasLines ? [name?.line.map { "\($0)" } ?? ""] : [])
        + (hasRows ? [name?.row.map { "\($0)" } ?? ""] : [])
        + (hasJobs ? [place?.key.hex ?? "", place?.step.map { "\($0)" } ?? ""] : [])
        + axes.map { axis in place?.axes.first { $0.name == axis }?.value ?? "" }
    }
  }

  /// One row for each resample of the bootstrap: its number from 0, its objective's minimum and
  /// every parameter of any of the forms.
  public static func draws(_ reports: [FitReport]) -> String {
    let names = parameterNames(reports)
    let rows = groups(reports).flatMap { report, group -> [[String]] in
      guard let fit = group.fit else { return [] }
      let places = names.map { name in fit.parameters.firstIndex { $0.name == name } }
      return (0..<fit.replicates.count).map { index in
        let values = fit.replicates[index]
        let numbers =
          [fit.replicates.objectiveValues[index]] + places.map { place in place.map { values[$0] } }
        return key(report, group) + ["\(index)"] + numbers.map(CSVText.number)
      }
    }
    return text(keys + ["resample", "objective_value"] + names, rows)
  }

  /// The fitted curves with their pointwise 95 % bands, ready to plot: along each input, named by
  /// the column axis, 101 places evenly in log from a tenth of the data's log range below it to as
  /// much above; of the other inputs the next is held at up to six of its values in the data and
  /// further ones at their geometric mean. Without a bootstrap lo95 and hi95 are empty.
  public static func grid(_ reports: [FitReport]) -> String {
    let inputs = inputNames(reports)
    let rows = groups(reports).flatMap { report, group -> [[String]] in
      guard let fit = group.fit else { return [] }
      return CurveSlice.all(of: group, margin: 0.1).flatMap { slice -> [[String]] in
        let bands = fit.bands(at: slice.places)
        return zip(slice.places, fit.predictions(at: slice.places)).enumerated()
          .filter { $1.1.isFinite && $1.1 > 0 }.map { index, place in
            let band = bands.isEmpty ? nil : bands[index]
            let numbers =
              padded(place.0, to: inputs.count) + [place.1, band?.lowerBound, band?.upperBound]
            return key(report, group) + [inputs[slice.axis]] + numbers.map(CSVText.number)
          }
      }
    }
    return text(keys + ["axis"] + inputs + ["fit", "lo95", "hi95"], rows)
  }

  private static let keys = ["source", "name", "group"]

  private static func key(_ report: FitReport, _ group: FitGroup) -> [String] {
    [report.source, report.request.name, group.fullTitle]
  }

  private static func text(_ header: [String], _ rows: [[String]]) -> String {
    ([header] + rows).map(CSVText.line).joined()
  }

  private static func groups(_ reports: [FitReport]) -> [(FitReport, FitGroup)] {
    reports.flatMap { report in report.groups.map { (report, $0) } }
  }

  /// The parameters of any of the forms, each once.
  private static func parameterNames(_ reports: [FitReport]) -> [String] {
    once(reports.flatMap { $0.request.form.parameters.map(\.name) })
  }

  private static func once(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// `x`, `x2` and `x3`, as many as the form with the most inputs has.
  private static func inputNames(_ reports: [FitReport]) -> [String] {
    Array(["x", "x2", "x3"].prefix(reports.map(\.request.form.inputCount).max() ?? 1))
  }

  private static func padded(_ inputs: [Double], to count: Int) -> [Double?] {
    inputs + Array(repeating: nil, count: max(0, count - inputs.count))
  }

  private static func row(
    _ report: FitReport, _ group: FitGroup, _ names: [String], cells count: Int
  ) -> [String] {
    let request = report.request
    let fit = group.fit
    let objective =
      request.objective.delta.map { "huber(\($0))" } ?? request.objective.name
    let head: [String] =
      key(report, group) + [
        request.inputs.joined(separator: " "), request.y, request.form.rawValue,
        request.held.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
          .joined(separator: " "), objective,
        CSVText.number(fit?.objectiveValue), "\(fit?.pointCount ?? group.points.count)",
        fit.map { "\($0.clusterCount)" } ?? "", fit.map { "\($0.converged)" } ?? "",
      ]
    let tail: [String] = [
      fit.map { "\($0.isFloorAtBound)" } ?? "", CSVText.number(group.theory?.value),
      group.completeness.map { "\($0.expected)" } ?? "",
      group.completeness.map { "\($0.missing.count)" } ?? "",
    ]
    return head
      + names.flatMap { name in
        cells(fit?.parameter(name) ?? fit?.derived.first { $0.name == name }).prefix(count)
      } + tail
  }

  private static func cells(_ parameter: Estimate?) -> [String] {
    // One of many values is none: only the set of all is known.
    [
      parameter?.isIdentified == false ? nil : parameter?.value, parameter?.standardError,
      parameter?.ci95?.lowerBound,
      parameter?.ci95?.upperBound, parameter?.profile95?.lowerBound,
      parameter?.profile95?.upperBound,
    ].map(CSVText.number)
  }
}

extension FitGroup {
  /// For every point the fit's prediction and ln(y) − ln(prediction); nil without a fit.
  var residuals: [(prediction: Double, log: Double)]? {
    fit.map { fit in
      zip(fit.predictions(at: points.map(\.inputs)), points).map {
        ($0, log($1.y) - log($0))
      }
    }
  }
}
