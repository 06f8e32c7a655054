import Analysis
import Findings
import Foundation
import Store
import SweepFiles
import SweepModel
import Testing

/// A workload whose axes and metrics come from the sweep's file.
@Suite struct OpenSignatureTests {
  /// Whatever the grid names is a parameter; what `metrics:` beside the workload's name lists is recorded.
  private static let script = WorkloadCatalog([
    WorkloadCatalog.Entry(signature([], metrics: [])) { terms throws(ParameterProblem) in
      let recorded = terms.parameters.first { $0.name == "metrics" }?.value?.description
      let metrics = terms.options["metrics"] ?? recorded?.split(separator: " ").map(String.init)
      guard let metrics, !metrics.isEmpty else {
        throw ParameterProblem(parameter: "metrics", message: "a script names its metrics")
      }
      let named = terms.parameters.filter { $0.name != "metrics" }
      return signature(
        named.map { ParameterSpec($0.name, $0.kind, "as the file has it") } + [
          ParameterSpec(
            "metrics", .text, default: .text(metrics.joined(separator: " ")), "what is recorded")
        ], metrics: metrics.map { .scalar($0, "as the file has it") })
    }
  ])

  private static func signature(
    _ parameters: [ParameterSpec], metrics: [MetricSpec]
  ) -> WorkloadSignature {
    WorkloadSignature(
      name: "script", resultVersion: 1, parameters: parameters, metrics: metrics,
      estimate: { _ in
        JobEstimate(
          modelParameters: 1, samples: 1, memoryBytes: 1 << 20, cpuSeconds: 1, usefulThreads: 1)
      })
  }

  private static let text = """
    name: widths
    workload: {name: script, metrics: [loss, bleu]}
    settings: {optimiser: adam, nesterov: true}
    grid: {layers: [1, 2], rate: {logspace: [0.001, 0.1], count: 3}, decay: [0, 0.5]}
    fits: {b: {x: layers, y: bleu}}
    """

  private func parse(_ source: SweepSource, isStored: Bool = false) throws -> Sweep {
    try SweepFile.parse(source: source, workloads: Self.script, isStored: isStored)
  }

  @Test func grid_ofAnOpenWorkload_makesItsAxesAndMetrics() throws {
    let sweep = try parse(SweepSource(origin: "f", text: Self.text))
    #expect(sweep.jobs.count == 12)
    #expect(sweep.axes == ["layers", "rate", "decay"])
    let first = sweep.jobs[0].parameters
    #expect(first["optimiser"] == "adam" && first["nesterov"] == true)
    #expect(first["layers"] == 1 && first["decay"] == 0.0 && first["rate"] == 0.001)
    #expect(first["metrics"] == "loss bleu")
    let others = try parse(
      SweepSource(origin: "f", text: Self.text.replacingOccurrences(of: "bleu", with: "chrf")))
    #expect(Set(sweep.jobs.map(\.key)).isDisjoint(with: others.jobs.map(\.key)))
  }

  @Test func mistakes_inAnOpenWorkload_areToldWithTheirPlace() {
    #expect {
      try parse(SweepSource(origin: "f", text: "{name: a, workload: {name: script}}"))
    } throws: {
      "\($0)".contains("a script names its metrics")
    }
    let fit = Self.text.replacingOccurrences(of: "y: bleu", with: "y: blue")
    #expect { try parse(SweepSource(origin: "f", text: fit)) } throws: { "\($0)".contains("bleu") }
  }

  @Test func signature_ofAStoredSweepAndOfAJob_isThatOfTheFile() throws {
    let folder = NSTemporaryDirectory() + "open-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source = SweepSource(origin: "f", text: Self.text, overrides: ["dropout=0,0.1"])
    let sweep = try parse(source)
    let store = try LedgerStore.open(at: folder, now: 0)
    _ = try store.register(sweep, at: 0)
    try store.close()
    let reader = try StoreReader.open(at: folder)
    let results = try SweepResults(
      reader.sweep(named: "widths"), reader: reader, workloads: Self.script)
    let signature = try #require(results.signature)
    #expect(signature.metrics.map(\.name) == ["loss", "bleu"])
    #expect(signature.parameter("dropout") != nil)
    let job = try #require(results.jobs.first?.job)
    #expect(JobKey.of(job.parameters, for: signature) == job.key)
    let again = try parse(results.record.source, isStored: true)
    #expect(again.jobs.map(\.key) == sweep.jobs.map(\.key))
    let there = try Self.script.signature(
      for: SweepTerms(workload: "script", job: job.parameters))
    #expect(there?.metrics == signature.metrics)
    #expect(there.map { JobKey.of(job.parameters, for: $0) } == job.key)
  }

  /// Jobs that were recorded before a parameter existed are priced with its default.
  @Test func runs_ofAnOlderSignature_areJudged() throws {
    let folder = NSTemporaryDirectory() + "older-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func catalog(_ names: [String]) -> WorkloadCatalog {
      [
        Self.signature(
          names.map { ParameterSpec($0, .integer(1...9), default: .integer(1), "a number") },
          metrics: [.scalar("loss", "a loss")])
      ]
    }
    let source = SweepSource(
      origin: "f",
      text: "{name: s, workload: script, grid: {a: [1, 2, 3]}, fits: {c: {x: a, y: loss}}}")
    let sweep = try SweepFile.parse(source: source, workloads: catalog(["a"]))
    let store = try LedgerStore.open(at: folder, now: 0)
    _ = try store.register(sweep, at: 0)
    try store.close()
    let reader = try StoreReader.open(at: folder)
    let results = try SweepResults(
      reader.sweep(named: "s"), reader: reader, workloads: catalog(["a", "later"]))
    let choice = try #require(try results.choices(results.record.fits[0]).first)
    #expect(choice.unknown.isEmpty)
    #expect(choice.candidates.count == 3)
  }
}
