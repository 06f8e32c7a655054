import Kernels
import SweepModel

/// The parameters of sparse parity, what no single range can say about them, and the theory.
enum ParitySignature {
  static let parameters: [ParameterSpec] = problemParameters + trainingParameters + measurement

  private static let problemParameters: [ParameterSpec] = [
    ParameterSpec(
      "alpha", .real(0...10), default: .real(0.4),
      "Zipf exponent α of the paper: subtask i has probability ∝ (i + offset)^-(α+1)."),
    ParameterSpec(
      "offset", .real(0...1e9), default: .real(0), "Shift of the subtasks' ranks."),
    ParameterSpec("tasks", .integer(1...65_536), default: .integer(500), "Number of subtasks."),
    ParameterSpec("bits", .integer(1...4096), default: .integer(100), "Length of the bit string."),
    ParameterSpec(
      "subset", .integer(1...64), default: .integer(3), "Bits whose parity a subtask asks for, k."),
  ]

  private static let trainingParameters: [ParameterSpec] = [
    ParameterSpec("width", .integer(1...65_536), "Units in each hidden layer."),
    ParameterSpec(
      "depth", .integer(2...64), default: .integer(2),
      "Linear layers; 2 means one hidden layer."),
    ParameterSpec(
      "activation", .choice(Activation.allCases.map(\.rawValue)), default: .text("relu"),
      "Activation of the hidden layers."),
    ParameterSpec(
      "batch", .integer(1...10_000_000), default: .integer(20_000), "Samples in a batch."),
    ParameterSpec("steps", .integer(1...1_000_000_000), "Optimiser steps."),
    ParameterSpec(
      "regime", .choice(ParitySettings.Regime.allCases.map(\.rawValue)),
      default: .text("online"),
      "online: every batch is fresh; fixed: epochs over a fixed set of samples."),
    ParameterSpec(
      "samples", .integer(0...1_000_000_000_000), default: .integer(0),
      "Size D of the fixed set of samples; unused online."),
    ParameterSpec(
      "learningRate", .real(0...1000, exclusiveMinimum: true), default: .real(0.001),
      "AdamW's learning rate."),
    ParameterSpec("beta1", .real(0...0.999_999), default: .real(0.9), "AdamW's β₁."),
    ParameterSpec("beta2", .real(0...0.999_999_9), default: .real(0.999), "AdamW's β₂."),
    ParameterSpec(
      "epsilon", .real(0...1, exclusiveMinimum: true), default: .real(1e-8), "AdamW's ε."),
    ParameterSpec(
      "weightDecay", .real(0...1000), default: .real(0), "Decoupled weight decay."),
    ParameterSpec(
      "seed", .integer(Int.min...Int.max), default: .integer(0),
      "Seed of subsets, initial weights, samples and test set."),
  ]

  private static let measurement: [ParameterSpec] = [
    ParameterSpec(
      "logEvery", .integer(1...1_000_000_000), default: .integer(100),
      "Steps between evaluations."),
    ParameterSpec(
      "evaluation", .choice(ParitySettings.Evaluation.allCases.map(\.rawValue)),
      default: .text("stratified"),
      "stratified: evaluationBase + p·evaluationSamples test samples a subtask; "
        + "published: 1000 + p·10⁶."),
    ParameterSpec(
      "evaluationSamples", .integer(0...100_000_000), default: .integer(16_384),
      "Test samples that are shared out by frequency."),
    ParameterSpec(
      "evaluationBase", .integer(2...1_000_000), default: .integer(64),
      "Test samples that every subtask gets."),
    ParameterSpec(
      "earlyStop", .flag, default: .flag(false),
      "After step 4000, stop at 10 rises in a row of the test loss; fixed regime only."),
    ParameterSpec(
      "subtaskPoints", .integer(1...1_000_000), default: .integer(128),
      "Log-spaced steps at which every subtask's loss is kept."),
  ]

  static func problem(_ parameters: Parameters) -> ParameterProblem? {
    let tasks = parameters.integer("tasks")
    let bits = parameters.integer("bits")
    let subset = parameters.integer("subset")
    guard subset <= bits else {
      return ParameterProblem(
        parameter: "subset",
        message: "A subset of \(subset) bits does not fit a string of \(bits) bits; "
          + "lower subset or raise bits.")
    }
    let available = ParitySubsets.count(size: subset, bits: bits, limit: tasks)
    guard tasks <= available else {
      return ParameterProblem(
        parameter: "tasks",
        message: "\(tasks) subtasks need as many different subsets, but only \(available) subsets "
          + "of \(subset) of \(bits) bits exist; lower tasks or raise bits.")
    }
    guard parameters.text("regime") == ParitySettings.Regime.fixed.rawValue else {
      return onlineProblem(parameters)
    }
    guard parameters.integer("samples") > 0 else {
      return ParameterProblem(
        parameter: "samples",
        message: "The fixed regime needs the size of its data set; set samples to 1 or more.")
    }
    return nil
  }

  private static func onlineProblem(_ parameters: Parameters) -> ParameterProblem? {
    guard parameters.flag("earlyStop") else { return nil }
    return ParameterProblem(
      parameter: "earlyStop",
      message: "Early stopping belongs to the fixed regime; set regime to fixed or earlyStop to "
        + "false.")
  }

  static func theory(_ axis: String, _ parameters: Parameters) -> TheoreticalExponent? {
    let alpha = parameters.real("alpha")
    let source = "arXiv:2303.13506, section 2"
    switch axis {
    case "parameters":
      return TheoreticalExponent(value: alpha, formula: "α", source: source)
    case "samples", "step", "steps":
      return TheoreticalExponent(
        value: alpha / (1 + alpha), formula: "α/(1+α)", source: source)
    default: return nil
    }
  }
}
