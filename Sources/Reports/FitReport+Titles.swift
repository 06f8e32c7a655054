import Analysis
import Basics
import SweepModel

extension FitReport {
  /// The title of an axis: what workloads and grids call it, or a table's column as it is, whose
  /// unit nobody knows.
  func axisTitle(_ name: String) -> String {
    groups.allSatisfy { $0.completeness == nil } ? name : titles.of(name)
  }

  /// The sweep, or the file without its folder.
  var sourceName: String { source.split(separator: "/").last.map(String.init) ?? source }

  /// `widths: alpha_N`, `runs.csv: loss ~ tokens`.
  var title: String { "\(sourceName): \(request.name)" }

  /// What holes in the grid make of every figure; nil without.
  var holeWarning: String? {
    let grids = groups.compactMap(\.completeness)
    let missing = grids.reduce(0) { $0 + $1.missing.count }
    let expected = grids.reduce(0) { $0 + $1.expected }
    return missing == 0 ? nil : "incomplete: \(missing) of \(counted(expected, "point")) missing"
  }
}
