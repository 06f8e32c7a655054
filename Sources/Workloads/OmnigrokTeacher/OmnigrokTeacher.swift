import SweepModel
import Training

/// A student learns what a random teacher of its own shape says of a few random inputs (*Omnigrok:
/// Grokking Beyond Algorithmic Data*, arXiv:2210.01117, §2–3).
///
/// Training loss against the norm of the student's weights is shaped like an L, test loss like a U:
/// from weights that are too large, generalisation waits until their norm has fallen. Numbers are
/// single precision, as in the published notebooks.
enum OmnigrokTeacher: TrainingWorkload {
  typealias Core = TeacherCore
  static let magic: UInt64 = 0x514F_4D4E_5445_4131
  static let remedy = ScaledTraining.remedy

  static let signature = WorkloadSignature(
    name: "omnigrok-teacher", resultVersion: 2, settings: TeacherSettings.self,
    summary: "a student of a random teacher, from weights scaled by α or at a held norm",
    metrics: Core.Record.metrics(), estimate: TeacherCost.estimate)

  static let sampleSettings: [String: Value] = [
    "mode": "landscape", "inputs": 2, "outputs": 2, "width": 3, "depth": 2, "trainNum": 4,
    "testNum": 4, "steps": 8, "logEvery": 2,
  ]
}
