import Basics
import SweepModel
import Training

/// A job that trains step by step. How it resumes, checkpoints and stops is the same for every
/// workload; random numbers need no state, they depend on the step alone.
protocol StepwiseJob {
  /// What its checkpoints begin with.
  var header: CheckpointHeader { get }
  /// Steps done.
  var step: Int { get set }

  /// Starts from fresh weights and an empty record, whatever was there before.
  mutating func initialise()
  /// Appends all state but the step to a checkpoint.
  func write(to writer: inout ByteWriter)
  /// Takes up the state after `step` steps. When it throws, the state is undefined and must be
  /// initialised.
  mutating func read(from reader: inout ByteReader) throws(ByteDamage)
  /// Does the step that `step` counts already; returns the result after the last one.
  mutating func advance(in context: any JobContext) throws -> JobResult?
}

extension StepwiseJob {
  /// Goes on from the latest checkpoint if there is a good one, else from fresh weights, to the
  /// result.
  mutating func run(in context: any JobContext) throws -> JobResult {
    restore(from: context)
    while true {
      if context.isCheckpointDue { try context.saveCheckpoint(checkpoint) }
      try stopHere(if: context)
      step += 1
      if let result = try advance(in: context) { return result }
    }
  }

  private mutating func restore(from context: any JobContext) {
    if let bytes = context.loadCheckpoint() {
      do {
        var reader = ByteReader(bytes)
        step = try header.read(from: &reader)
        try read(from: &reader)
        guard reader.isAtEnd else { throw reader.damage("bytes follow its end") }
        return context.log("resumed after step \(step) of \(header.steps)")
      } catch {
        context.log("the checkpoint cannot be used, starting anew: \(error)")
      }
    }
    step = 0
    initialise()
  }

  private var checkpoint: [UInt8] {
    var writer = ByteWriter()
    header.write(step: step, to: &writer)
    write(to: &writer)
    return writer.bytes
  }

  /// Ends the attempt when it is asked to, with nothing lost.
  private func stopHere(if context: any JobContext) throws {
    do {
      try context.checkStop()
    } catch let stop as JobStopped {
      try context.saveCheckpoint(checkpoint)
      throw stop
    }
  }
}
