package import Store
import SweepModel

/// What came of a merge, as `quanta store merge --json` says it.
package struct MergeDocument: Encodable {
  private struct Difference: Encodable {
    let job: String
    let difference: String
  }
  private let adopted: Int
  private let same: Int
  private let different: [Difference]
  private let leftOut: [Difference]
  private let sweeps: [String: String]

  package init(_ report: MergeReport) {
    adopted = report.adopted.count
    same = report.same
    different = report.different.map { Difference(job: $0.key.hex, difference: $0.difference) }
    leftOut = report.leftOut.map { Difference(job: $0.key.hex, difference: $0.reason) }
    sweeps = Dictionary(
      report.sweeps.map { ($0.was, $0.name) }, uniquingKeysWith: { first, _ in first })
  }
}
