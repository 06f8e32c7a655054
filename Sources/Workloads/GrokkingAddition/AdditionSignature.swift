import Grokking
import SweepModel

/// The parameters of grokking addition, and what no single range can say about them.
enum AdditionSignature {
  static let parameters: [ParameterSpec] = problemParameters + trainingParameters + measurement

  private static let problemParameters: [ParameterSpec] = [
    ParameterSpec(
      "p", .integer(2...256), default: .integer(10),
      "Numbers that are added; there are p(p+1)/2 samples i + j with i ≤ j."),
    ParameterSpec(
      "trainNum", .integer(1...32_895), default: .integer(45),
      "Samples that train; the rest test."),
    ParameterSpec(
      "objective", .choice(AdditionSettings.Objective.allCases.map(\.rawValue)),
      default: .text("mse"),
      "mse: the nearest of fixed random vectors names the sum; crossEntropy: 2p − 1 classes."),
    ParameterSpec(
      "targetLength", .integer(1...4096), default: .integer(30),
      "Numbers of a sum's random vector; unused with crossEntropy."),
    ParameterSpec(
      "reprsDim", .integer(1...256), default: .integer(1), "Components of an embedding."),
    ParameterSpec(
      "width", .integer(1...4096), default: .integer(200), "Units in each hidden layer."),
    ParameterSpec(
      "depth", .integer(1...16), default: .integer(3), "Linear layers of the decoder."),
  ]

  private static let trainingParameters: [ParameterSpec] = [
    ParameterSpec(
      "embeddingRate", .real(0...1000), default: .real(0.001),
      "AdamW's learning rate of the embeddings."),
    ParameterSpec(
      "decoderRate", .real(0...1000), default: .real(0.0001),
      "AdamW's learning rate of the decoder."),
    ParameterSpec(
      "embeddingDecay", .real(0...1000), default: .real(0),
      "Decoupled weight decay of the embeddings."),
    ParameterSpec(
      "decoderDecay", .real(0...1000), default: .real(0), "Decoupled weight decay of the decoder."),
    ParameterSpec(
      "embeddingScale", .real(0...1000), default: .real(1),
      "Factor of the initial embeddings, which are uniform in ±1/2."),
    ParameterSpec(
      "decoderScale", .real(0...1000), default: .real(1),
      "Factor of the decoder's initial weights, which are uniform in ±1/√fan-in."),
    ParameterSpec(
      "batch", .integer(1...32_895), default: .integer(45),
      "Training samples of a step, drawn anew without replacement; all where there are fewer."),
    ParameterSpec("steps", .integer(1...1_000_000_000), "Optimiser steps."),
    ParameterSpec(
      "seed", .integer(Int.min...Int.max), default: .integer(0),
      "Seed of training set, target vectors, initial weights and batches."),
  ]

  private static let measurement: [ParameterSpec] = [
    ParameterSpec(
      "logEvery", .integer(1...1_000_000_000), default: .integer(10),
      "Steps between evaluations, hence the resolution of steps.train, steps.test and steps.rqi."),
    ParameterSpec(
      "representationPoints", .integer(1...1_000_000), default: .integer(128),
      "Log-spaced steps at which all embeddings are kept."),
    ParameterSpec(
      "trainThreshold", .real(0...1), default: .real(0.9),
      "Training accuracy at which steps.train counts as reached."),
    ParameterSpec(
      "testThreshold", .real(0...1), default: .real(0.9),
      "Test accuracy at which steps.test counts as reached."),
    ParameterSpec(
      "rqiThreshold", .real(0...1), default: .real(0.95),
      "Representation quality that must be exceeded for steps.rqi."),
    ParameterSpec(
      "tolerance", .real(0...100, exclusiveMinimum: true),
      default: .real(Representation.tolerance),
      "Mean square below which a parallelogram of standardised embeddings counts as formed."),
  ]

  static func problem(_ parameters: Parameters) -> ParameterProblem? {
    let p = parameters.integer("p")
    let samples = p * (p + 1) / 2
    let trainNum = parameters.integer("trainNum")
    guard trainNum < samples else {
      return ParameterProblem(
        parameter: "trainNum",
        message:
          "\(trainNum) training samples leave none of the \(samples) to test; lower trainNum "
          + "or raise p.")
    }
    return nil
  }
}
