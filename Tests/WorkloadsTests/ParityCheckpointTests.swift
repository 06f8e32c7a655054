import SweepModel
import Testing

@testable import Workloads

@Suite struct ParityCheckpointTests {
  @Test func stoppedJob_withoutADueCheckpoint_savesWhereItStands() throws {
    let context = MemoryContext(stopsAfter: 7)
    #expect(throws: JobStopped.self) { try SparseParity.run(smallParity(), in: context) }
    #expect(context.saves == 1)
    let next = MemoryContext(checkpoint: context.checkpoint)
    _ = try SparseParity.run(smallParity(), in: next)
    #expect(next.lines.contains("resumed after step 7 of 23"))
  }

  /// The checkpoint of a job that was stopped after ten steps.
  private func checkpoint(_ changes: [String: Value] = [:]) throws -> [UInt8] {
    let context = MemoryContext(stopsAfter: 10, checkpointInterval: 1)
    #expect(throws: JobStopped.self) { try SparseParity.run(smallParity(changes), in: context) }
    return try #require(context.checkpoint)
  }

  @Test func job_withItsCheckpoint_resumesAndSaysSo() throws {
    let context = MemoryContext(checkpoint: try checkpoint())
    _ = try SparseParity.run(smallParity(), in: context)
    #expect(context.lines == ["resumed after step 10 of 23"])
    #expect(context.checks == 13)
  }

  @Test func job_withADamagedCheckpoint_startsAnewAndSaysSo() throws {
    let good = try checkpoint()
    let expected = try SparseParity.run(smallParity(), in: MemoryContext())
    var otherMagic = good
    otherMagic[0] ^= 1
    var hugeLength = good
    hugeLength[38] = 0x7F
    let foreign = try checkpoint(["seed": .integer(99)])
    let bad = [[], [1, 2, 3], otherMagic, hugeLength, foreign, good + [0], Array(good.dropLast())]
    for bytes in bad {
      let context = MemoryContext(checkpoint: bytes)
      #expect(try SparseParity.run(smallParity(), in: context) == expected)
      #expect(context.lines.count == 1)
      #expect(
        context.lines.first?.hasPrefix("the checkpoint cannot be used, starting anew: ") == true)
    }
  }

  /// The count of rises stands 16 bytes before the end; the largest one overflowed.
  @Test func job_withACheckpointOfImpossibleRises_startsAnew() throws {
    var bytes = try checkpoint()
    bytes.replaceSubrange(
      bytes.count - 16..<bytes.count - 8, with: [255, 255, 255, 255, 255, 255, 255, 127])
    let context = MemoryContext(checkpoint: bytes)
    _ = try SparseParity.run(smallParity(), in: context)
    #expect(context.lines.first?.contains("\(Int.max) rises would have stopped it") == true)
  }

  @Test func job_withACheckpointCutAnywhere_neverCrashes() throws {
    let good = try checkpoint()
    let expected = try SparseParity.run(smallParity(), in: MemoryContext())
    for count in stride(from: 0, to: good.count, by: good.count / 23) {
      let context = MemoryContext(checkpoint: Array(good[..<count]))
      #expect(try SparseParity.run(smallParity(), in: context) == expected)
    }
  }

  @Test func job_withoutACheckpointDue_savesNone() throws {
    let context = MemoryContext()
    _ = try SparseParity.run(smallParity(), in: context)
    #expect(context.saves == 0)
  }
}
