import Foundation
import SweepModel
import Testing
import Workloads

/// Analysis and reports know workloads by what their signatures say, not by their words.
@Suite struct WorkloadWordsTests {
  /// Words of everybody, not of a workload: what every sweep can be fitted against, and what columns of
  /// foreign tables and documents are called.
  private static let common: Set = [
    "accuracy", "alpha", "depth", "exponent", "hidden", "inputs", "loss", "objective", "p",
    "parameters", "samples", "seed", "size", "step", "steps", "width",
  ]

  @Test func literals_ofAnalysisAndReports_nameNothingOfAWorkload() throws {
    let words = Set(
      WorkloadRegistry.signatures.flatMap { signature in
        signature.parameters.map(\.name) + signature.metrics.map(\.name)
      }
    ).subtracting(Self.common)
    #expect(words.contains("decoderRate") && words.contains("loss.subtasks"))
    for target in ["Analysis", "Reports"] {
      let folder = URL(filePath: #filePath).appending(path: "../../../Sources/\(target)")
        .standardized.path
      let names = try #require(FileManager.default.enumerator(atPath: folder))
        .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
      #expect(names.count > 40)
      for name in names {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let said = words.filter { text.contains("\"\($0)\"") }
        #expect(said == [], "\(target)/\(name)")
      }
    }
  }

  @Test func roles_ofEveryWorkload_nameParametersAndMetricsThatItHas() {
    // What a program records is its own business.
    for workload in WorkloadRegistry.all where workload.makeSignature == nil {
      let signature = workload.signature
      #expect(signature.metric(.scalar, .loss(.test)) != nil, "\(signature.name)")
      for milestone in signature.milestones {
        #expect(signature.parameter(milestone.threshold) != nil)
        #expect(signature.metrics.contains { $0.name == milestone.reached })
        #expect(signature.metrics.contains { $0.name == milestone.curve && $0.kind == .curve })
      }
    }
  }
}
