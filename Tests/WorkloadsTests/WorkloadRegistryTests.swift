import Glibc
import Kernels
import SweepModel
import Testing

@testable import Workloads

@Suite struct WorkloadRegistryTests {
  /// The folders under `Sources/Workloads`, beside this package's tests.
  private func folders() -> [String] {
    var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    path.removeLast(3)
    let root = path.joined(separator: "/") + "/Sources/Workloads"
    guard let directory = opendir(root) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  @Test func registry_ofAllFolders_namesOneWorkloadEach() {
    let registered = WorkloadRegistry.all.map { "\($0)" }.sorted()
    #expect(!folders().isEmpty)
    #expect(registered == folders())
  }

  @Test func lookup_byName_findsEveryWorkloadAndNothingElse() {
    for workload in WorkloadRegistry.all {
      let found = WorkloadRegistry.workload(named: workload.signature.name)
      #expect(found.map { "\($0)" } == "\(workload)")
    }
    #expect(WorkloadRegistry.workload(named: "sparse-parities") == nil)
    let names = WorkloadRegistry.signatures.map(\.name)
    #expect(Set(names).count == names.count)
  }

  @Test func signatures_ofAllWorkloads_haveUniqueParametersWithFittingDefaults() {
    for signature in WorkloadRegistry.signatures {
      let names = signature.parameters.map(\.name)
      #expect(Set(names).count == names.count)
      for spec in signature.parameters {
        switch (spec.kind, spec.defaultValue) {
        case (_, nil): break
        case (.integer(let range), .integer(let value)?): #expect(range.contains(value))
        case (.real(let range, _), .real(let value)?): #expect(range.contains(value))
        case (.choice(let words), .text(let value)?): #expect(words.contains(value))
        case (.flag, .flag?), (.text, .text?): break
        case (.data(let kind), .text(let name)?):
          #expect(spec.isWithoutData(.text(name)) || DataSet(name: name)?.kind == kind)
        default: Issue.record("\(spec.name): the default has another type")
        }
      }
    }
  }

  @Test(
    arguments: WorkloadCase.all + [.parity]
      // What a program records is its own business.
      + WorkloadRegistry.all.filter { $0.makeSignature == nil }.map(WorkloadCase.init(sampleOf:))
  )
  func metrics_ofEveryWorkload_areWhatItsResultsHold(_ example: WorkloadCase) throws {
    let metrics = example.workload.signature.metrics
    let result = try example.run()
    #expect(metrics.filter { $0.kind == .scalar }.map(\.name) == result.scalars.map(\.name))
    #expect(metrics.filter { $0.kind == .curve }.map(\.name) == result.curves.map(\.name))
    #expect(!example.workload.signature.summary.isEmpty)
    #expect(metrics.allSatisfy { !$0.summary.isEmpty })
  }

  @Test func instructionSet_ofThisHost_isOneThatItHas() {
    #expect(KernelSet.available.map(\.instructionSet).contains(WorkloadRegistry.instructionSet))
  }
}
