import Basics
import SweepModel
import Training

/// A workload whose jobs learn parities.
protocol ParityWorkload: TrainingWorkload where Core == ParityCore<Settings> {
  associatedtype Settings: ParityProblem
}

extension ParityWorkload {
  static var remedy: String { "Lower learningRate or weightDecay." }

  /// As many steps as take that long, with one evaluation.
  static func timingJob(_ parameters: Parameters, cpuSeconds: Double) -> Parameters? {
    ParityCost.timingJob(of: Settings.self, parameters, cpuSeconds: cpuSeconds)
  }

  /// The mean test loss at the last evaluation before the checkpoint, bits.
  static func lastMetric(_ parameters: Parameters, checkpoint: [UInt8]) -> LastMetric? {
    var reader = ByteReader(checkpoint)
    var record = ParityRecord(Settings(parameters))
    do {
      let step = try CheckpointHeader.pass(&reader, magic: magic, version: checkpointVersion)
      for _ in 0..<Core.bufferCount { try reader.skipReals() }
      try record.read(from: &reader, step: step)
      return record.lastLoss
    } catch {
      return nil
    }
  }
}
