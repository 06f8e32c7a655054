import SweepModel
import Testing
import Workloads

@testable import Findings

struct WorkloadDocumentTests {
  @Test func document_ofEveryWorkload_namesItsSettingsAndMetrics() throws {
    for signature in WorkloadRegistry.signatures {
      let json = try jsonText(WorkloadDocument(signature), isPretty: false)
      #expect(json.contains("\"name\":\"\(signature.name)\""))
      for name in signature.parameters.map(\.name) + signature.metrics.map(\.name) {
        #expect(json.contains("\"name\":\"\(name)\""), "\(signature.name): \(name)")
      }
    }
  }
}
