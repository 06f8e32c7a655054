import Basics
import Kernels
import SweepModel
import Training

/// A student with what its teacher says of the training and test inputs.
final class TeacherCore: TrainingCore {
  typealias Record = ScaledRecord<TeacherSettings>

  private let settings: TeacherSettings
  private let training: ScaledTraining
  private let train: TeacherSet
  private let test: TeacherSet

  init(_ settings: TeacherSettings, in context: any JobContext) {
    self.settings = settings
    training = ScaledTraining(
      settings.training, shape: settings.shape, threads: context.threads)
    let teacher = DenseNetwork(shape: settings.shape, kernels: training.network.kernels)
    teacher.initialise(TeacherStream.teacher.of(settings.seed), scale: settings.teacherScale)
    train = TeacherSet(
      teacher, samples: settings.trainNum, stream: TeacherStream.trainingInputs.of(settings.seed),
      trains: true, team: training.team)
    test = TeacherSet(
      teacher, samples: settings.testNum, stream: TeacherStream.testInputs.of(settings.seed),
      trains: false, team: training.team)
  }

  var batchCount: Int { settings.trainNum }
  var testSampleCount: Int { settings.trainNum + settings.testNum }

  func initialise() { training.initialise(TeacherStream.student.of(settings.seed)) }

  func run(step: Int) {
    training.run(step: step, train.pass, targets: train.targets, count: settings.trainNum)
  }

  func evaluate() -> ScaledEvaluation {
    let found = [train, test].map {
      $0.evaluate(training.network, tolerance: settings.tolerance, team: training.team)
    }
    return training.evaluation(train: found[0], test: found[1])
  }

  var tensors: [Safetensors.Tensor] { training.network.tensors() }

  func write(to writer: inout ByteWriter) { training.write(to: &writer) }

  func read(from reader: inout ByteReader) throws(ByteDamage) { try training.read(from: &reader) }
}
