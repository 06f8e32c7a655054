import Kernels
import SweepModel
import Training

/// A teacher–student job's parameters, and as numbers.
struct TeacherSettings: Sendable {
  static let parameters: [ParameterSpec] =
    ScaledTraining.specs(learningRate: 0.0003) + problemParameters + measurement

  private static let problemParameters: [ParameterSpec] = [
    ParameterSpec("inputs", .integer(1...4096), default: .integer(5), "Numbers of a sample."),
    ParameterSpec("outputs", .integer(1...4096), default: .integer(5), "Outputs."),
    ParameterSpec(
      "width", .integer(1...4096), default: .integer(100),
      "Units in each hidden layer of teacher and student."),
    ParameterSpec("depth", .integer(1...16), default: .integer(3), "Linear layers."),
    ParameterSpec(
      "activation", .choice(Activation.allCases.map(\.rawValue)), default: .text("tanh"),
      "Activation of the hidden layers of teacher and student."),
    ParameterSpec(
      "trainNum", .integer(1...1_000_000), default: .integer(100),
      "Training samples, all in every step."),
    ParameterSpec("testNum", .integer(1...1_000_000), default: .integer(100), "Test samples."),
    ParameterSpec(
      "teacherScale", .real(0...1000), default: .real(1),
      "Factor of the teacher's weights, which are uniform in ±1/√fan-in."),
    ParameterSpec("steps", .integer(1...1_000_000_000), "Optimiser steps."),
    ParameterSpec(
      "seed", .integer(Int.min...Int.max), default: .integer(0),
      "Seed of teacher, inputs and student."),
  ]

  private static let measurement: [ParameterSpec] =
    [
      ParameterSpec(
        "logEvery", .integer(1...1_000_000_000), default: .integer(50),
        "Steps between evaluations, hence the resolution of steps.train and steps.test."),
      ParameterSpec(
        "tolerance", .real(0...1000, exclusiveMinimum: true), default: .real(0.001),
        "Mean squared error of a sample below which it counts as right."),
    ] + ScaledRecord.thresholds(train: 0.9, test: 0.9)

  let training: ScaledTraining.Settings
  let trainNum: Int
  let testNum: Int
  let teacherScale: Double
  let schedule: LogSchedule
  let tolerance: Float
  let goals: [Milestones.Goal]
  let seed: UInt64

  /// Reads complete and valid parameters; traps on others.
  init(_ parameters: Parameters) {
    let hidden = Array(
      repeating: parameters.integer("width"), count: parameters.integer("depth") - 1)
    training = ScaledTraining.Settings(
      parameters,
      shape: DenseShape(
        inputs: parameters.integer("inputs"), widths: hidden + [parameters.integer("outputs")],
        activation: parameters.choice("activation")))
    trainNum = parameters.integer("trainNum")
    testNum = parameters.integer("testNum")
    teacherScale = parameters.real("teacherScale")
    schedule = LogSchedule(
      interval: parameters.integer("logEvery"), steps: parameters.integer("steps"),
      detailedPoints: 1)
    tolerance = Float(parameters.real("tolerance"))
    goals = ScaledRecord.goals(parameters)
    seed = UInt64(bitPattern: Int64(parameters.integer("seed")))
  }
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
