import SweepModel
import Workloads

@testable import SweepFiles

extension Preset {
  /// Its sweep; what jobs of other sweeps have kept stands for some file.
  func parsed() throws(FileError) -> Sweep {
    try SweepFile.parse(source: source(), workloads: WorkloadRegistry.catalog) {
      (text, kind) throws(ParameterProblem) in
      guard kind == .weights, let last = text.last(where: \.isHexDigit) else {
        return try DataSet.named(text, kind)
      }
      let hash = String(repeating: last, count: 64)
      return try DataSet.named("weights-4096-\(hash)", kind)
    }
  }
}
