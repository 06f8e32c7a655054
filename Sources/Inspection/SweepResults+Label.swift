package import Findings
import Store
package import SweepModel

extension SweepResults {
  /// A job as figures and tables name it: the sweep, and what varies.
  package func label(of record: JobRecord) -> String {
    let text = JobLabel(jobs.map(\.job), axes: self.record.axes).text(of: record.job)
    return text.isEmpty ? self.record.name : "\(self.record.name), \(text)"
  }
}
