import Kernels
import LabSupport
import SweepModel
import Testing

@testable import Workloads

/// Checkpoints as the version that the folder is named after wrote them, one of every workload and
/// instruction set: a job goes on from them to the same result, and writes the same ones today.
@Suite struct FrozenCheckpointTests {
  private static let selfTest = WorkloadCase(
    workload: SelfTest.self, changes: ["size": .integer(3), "steps": .integer(9)])

  private static let modadd = WorkloadCase(
    workload: OmnigrokModadd.self,
    changes: [
      "mode": .text("landscape"), "p": .integer(3), "width": .integer(16), "heads": .integer(1),
      "hidden": .integer(2), "steps": .integer(8), "logEvery": .integer(2),
    ])

  /// The jobs whose checkpoints lie there.
  private static let frozen: [WorkloadCase] = [
    .parity, .additions[3], .teachers[2], .images[2], modadd, selfTest,
  ]

  /// A job of every workload: of a new one its sample.
  private static let cases = WorkloadRegistry.all.filter { $0.makeSignature == nil }.map {
    workload in
    frozen.first { $0.workload == workload } ?? WorkloadCase(sampleOf: workload)
  }

  /// Charts that follow a job see the rows that its result will have.
  @Test(arguments: cases)
  private func curves_whileTheJobRuns_areThoseOfItsResult(job: WorkloadCase) throws {
    let context = MemoryContext()
    let result = try job.run(context)
    #expect(!result.curves.isEmpty)
    #expect(context.shown == result.curves)
  }
  private static let instructionSet = KernelSet.best.instructionSet

  @Test(arguments: cases)
  private func checkpoint_ofEveryVersion_isReadAndWritten(job: WorkloadCase) throws {
    let stopped = MemoryContext(stopsAfter: 5)
    #expect(throws: JobStopped.self) { try job.run(stopped) }
    let today = try #require(stopped.checkpoint)
    let name = "\(job.workload.signature.name)-\(Self.instructionSet)"
    let frozen = try CorpusFile("checkpoint/v1/\(name).checkpoint").read(orMake: today)
    #expect(today == frozen)
    let resumed = MemoryContext(checkpoint: frozen)
    let result = try job.run(resumed)
    let undisturbed = try job.run()
    #expect(result == undisturbed)
    let words = ["resumed after step ", "goes on from step "]
    #expect(words.contains { resumed.lines.first?.hasPrefix($0) == true }, "\(resumed.lines)")
  }
}
