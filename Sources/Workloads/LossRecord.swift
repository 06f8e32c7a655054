import Basics
import SweepModel
import Training

/// The record of a workload that measures a loss and nothing else: its curve and its last value.
struct LossRecord<Settings: TrainingSettings>: TrainingRecord {
  private var curve = CurveRecord(["loss"])

  init(_ settings: Settings) {}

  /// What every result holds.
  static var metrics: [MetricSpec] {
    [
      .scalar("loss.final", "The last loss.", title: "Test loss", role: .loss(.test)),
      .curve("loss", "The loss.", title: "Test loss", role: .loss(.test)),
    ]
  }

  mutating func add(_ loss: Double, step: Int) { curve.add(step: step, [[loss]]) }

  var curves: [Curve] { curve.curves }

  func result(final loss: Double, step: Int) -> JobResult {
    JobResult(scalars: [.init("loss.final", loss)], curves: curves)
  }

  func write(to writer: inout ByteWriter) { curve.write(to: &writer) }

  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    try curve.read(from: &reader, step: step)
  }
}
