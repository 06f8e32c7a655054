import Basics
import SweepModel
import Training

/// One job of a workload that trains, from its start or checkpoint to its result. How it resumes,
/// checkpoints, evaluates and stops is the same for all; random numbers need no state, they depend on
/// the step alone.
struct TrainingJob<Work: TrainingWorkload> {
  private let settings: Work.Core.Settings
  private let header: CheckpointHeader
  private let core: Work.Core
  private var step = 0
  private var record: Work.Core.Record
  private var kept: KeptWeights?

  init(_ parameters: Parameters, in context: any JobContext) throws {
    settings = Work.Core.Settings(parameters)
    core = try Work.Core(settings, in: context)
    record = Work.Core.Record(settings)
    let steps = settings.schedule.steps
    kept = WeightRule(parameters).map {
      KeptWeights($0, workload: Work.signature.name, steps: steps)
    }
    header = CheckpointHeader(
      magic: Work.magic, version: Work.checkpointVersion, parameters: parameters,
      resultVersion: Work.signature.resultVersion,
      instructionSet: WorkloadRegistry.instructionSet, steps: settings.schedule.steps)
  }

  /// Goes on from the latest checkpoint if there is a good one, else from fresh weights, to the
  /// result.
  mutating func run(in context: any JobContext) throws -> JobResult {
    restore(from: context)
    keep()
    while true {
      if context.isCheckpointDue { try context.saveCheckpoint(checkpoint) }
      try stopHere(if: context)
      step += 1
      core.run(step: step)
      keep()
      guard settings.schedule.evaluates(at: step) else { continue }
      if let result = try evaluate(in: context) { return result }
    }
  }

  /// Measures the network as it stands; returns the result after the last step.
  private mutating func evaluate(in context: any JobContext) throws -> JobResult? {
    let evaluation = core.evaluate()
    guard evaluation.isFinite else {
      throw JobFailure(
        "Training diverged: the loss is no finite number after step \(step). \(Work.remedy)")
    }
    record.add(evaluation, step: step)
    let (metric, value) = evaluation.progress
    context.report(step: step, of: header.steps, metric: metric, value: value)
    context.show(record.curves, at: step)
    guard step == header.steps || record.isOver else { return nil }
    keep(isLast: true)
    return record.result(final: evaluation, step: step).keeping(kept?.snapshots ?? [])
  }

  /// Keeps the weights where the sweep asks for those of this step.
  private mutating func keep(isLast: Bool = false) {
    let (core, step) = (core, step)
    kept?.take(core, step: step, isLast: isLast)
  }

  private mutating func restore(from context: any JobContext) {
    if let bytes = context.loadCheckpoint() {
      do {
        var reader = ByteReader(bytes)
        step = try header.read(from: &reader)
        try core.read(from: &reader)
        try record.read(from: &reader, step: step)
        try kept?.read(from: &reader, step: step)
        guard reader.isAtEnd else { throw reader.damage("bytes follow its end") }
        return context.log("resumed after step \(step) of \(header.steps)")
      } catch {
        context.log("the checkpoint cannot be used, starting anew: \(error)")
      }
    }
    step = 0
    core.initialise()
    record = Work.Core.Record(settings)
    kept?.clear()
  }

  private var checkpoint: [UInt8] {
    var writer = ByteWriter()
    header.write(step: step, to: &writer)
    core.write(to: &writer)
    record.write(to: &writer)
    kept?.write(to: &writer)
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
