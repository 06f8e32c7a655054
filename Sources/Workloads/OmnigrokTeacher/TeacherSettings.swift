import Kernels
import SweepModel
import Training

/// A teacher–student job's parameters.
struct TeacherSettings: ScaledSettings {
  let training: ScaledTraining.Settings
  let shape: DenseShape
  let trainNum: Int
  let testNum: Int
  let teacherScale: Double
  let seed: UInt64
  let schedule: LogSchedule
  let tolerance: Float
  let goals: [Milestones.Goal]

  init(_ read: inout ParameterReader) {
    training = ScaledTraining.Settings(&read, learningRate: 0.0003)
    let inputs = read.integer("inputs", 1...4096, default: 5, "Numbers of a sample.")
    let outputs = read.integer("outputs", 1...4096, default: 5, "Outputs.")
    shape = DenseShape(
      inputs: inputs,
      widths: read.hidden(
        default: 100, width: "Units in each hidden layer of teacher and student.") + [outputs],
      activation: read.choice(
        "activation", default: .tanh,
        "Activation of the hidden layers of teacher and student."))
    trainNum = read.trainNum(1_000_000, default: 100, "Training samples, all in every step.")
    testNum = read.integer("testNum", 1...1_000_000, default: 100, "Test samples.")
    teacherScale = read.real(
      "teacherScale", 0...1000, default: 1,
      "Factor of the teacher's weights, which are uniform in ±1/√fan-in.")
    let steps = read.steps()
    seed = read.seed("Seed of teacher, inputs and student.")
    schedule = LogSchedule(
      interval: read.logEvery(
        default: 50,
        "Steps between evaluations, hence the resolution of steps.train and steps.test."),
      steps: steps, detailedPoints: 1)
    tolerance = Float(
      read.real(
        "tolerance", 0...1000, exclusiveMinimum: true, default: 0.001,
        "Mean squared error of a sample below which it counts as right."))
    goals = read.goals(train: 0.9, test: 0.9)
  }

  var parameterCount: Int { shape.parameterCount }
}

/// The independent random streams of a job's seed.
enum TeacherStream: UInt32 {
  case teacher = 1
  case student
  case trainingInputs
  case testInputs

  /// The stream of a seed.
  func of(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, stream: rawValue) }
}
