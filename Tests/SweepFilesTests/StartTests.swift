import SweepModel
import Testing
import Workloads

@testable import SweepFiles

@Suite struct StartTests {
  private func sweep(_ settings: String) throws -> Sweep {
    try SweepFile.parse(
      source: SweepSource(
        origin: "sweep.yaml",
        text:
          "name: s\nworkload: omnigrok-modadd\nsettings: {p: 17, steps: 10\(settings)}\ngrid: {seed: [0]}\n"
      ),
      workloads: WorkloadRegistry.catalog)
  }

  @Test func start_none_leavesJobsAsTheyWere() throws {
    #expect(try sweep(", start: none").jobs.map(\.key) == sweep("").jobs.map(\.key))
    #expect(try sweep(", start: none").jobs[0].parameters["start"] == nil)
  }

  @Test func start_ofASet_isPartOfTheKey() throws {
    let hash = String(repeating: "ab", count: 32)
    let other = try sweep(", start: weights-4096-\(hash)")
    #expect(try other.jobs.map(\.key) != sweep("").jobs.map(\.key))
    #expect(DataSet(name: other.jobs[0].parameters.text("start"))?.kind == .weights)
  }

  @Test func start_withAlpha_isRefused() throws {
    let hash = String(repeating: "ab", count: 32)
    #expect(throws: FileError.self) { try sweep(", alpha: 2, start: weights-4096-\(hash)") }
  }

  @Test func start_ofAnotherKind_isRefused() {
    #expect(throws: FileError.self) { try sweep(", start: fashion-mnist") }
  }
}
