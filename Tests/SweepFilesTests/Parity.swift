import Foundation
import SweepModel
import Testing

@testable import SweepFiles

/// A workload like sparse parity, with checks of every kind that the parser must place.
let parity = WorkloadSignature(
  name: "sparse-parity",
  resultVersion: 1,
  parameters: [
    ParameterSpec(
      "alpha", .real(0...10, exclusiveMinimum: true), default: .real(0.4), "Zipf exponent."),
    ParameterSpec("offset", .real(0...1e9), default: .real(0), "Shift of the ranks."),
    ParameterSpec("tasks", .integer(1...1_000_000), "Subtasks."),
    ParameterSpec("bits", .integer(1...100_000), "Bits in every input."),
    ParameterSpec("subset", .integer(1...64), default: .integer(3), "Bits in every parity."),
    ParameterSpec("width", .integer(1...1_000_000), default: .integer(100), "Hidden units."),
    ParameterSpec("depth", .integer(2...64), default: .integer(2), "Linear layers."),
    ParameterSpec(
      "activation", .choice(["relu", "tanh", "sigmoid"]), default: .text("relu"), "Activation."),
    ParameterSpec("batch", .integer(1...10_000_000), default: .integer(20_000), "Batch size."),
    ParameterSpec("steps", .integer(1...1_000_000_000), default: .integer(1000), "Steps."),
    ParameterSpec(
      "regime", .choice(["online", "fixed"]), default: .text("online"), "Source of samples."),
    ParameterSpec("samples", .integer(0...Int.max), default: .integer(0), "Training samples."),
    ParameterSpec(
      "learningRate", .real(0...1e6, exclusiveMinimum: true), default: .real(1e-3), "Step size."),
    ParameterSpec("weightDecay", .real(0...1e6), default: .real(0), "Decoupled weight decay."),
    ParameterSpec("logEvery", .integer(1...1_000_000), default: .integer(100), "Steps."),
    ParameterSpec("seed", .integer(0...Int.max), default: .integer(0), "Seed."),
    ParameterSpec("earlyStop", .flag, default: .flag(false), "Stop when the loss rises."),
    ParameterSpec(
      "checkpointEvery", .integer(1...1_000_000), default: .integer(1000), "Steps.",
      decidesResult: false),
  ],
  validate: { parameters in
    if parameters.integer("subset") > parameters.integer("bits") {
      return ParameterProblem(
        parameter: "subset",
        message: "subset \(parameters.integer("subset")) exceeds bits \(parameters.integer("bits"))"
      )
    }
    if parameters.text("regime") == "fixed", parameters.integer("samples") == 0 {
      return ParameterProblem(
        parameter: "samples", message: "the fixed regime needs \"samples\" above 0")
    }
    return nil
  },
  estimate: { _ in
    JobEstimate(
      modelParameters: 1, samples: 1, memoryBytes: 1, cpuSeconds: 1, usefulThreads: 1)
  })

/// Parses a sweep text against ``parity``.
func parse(_ text: String, overrides: [String] = []) throws(FileError) -> Sweep {
  try SweepFile.parse(
    source: SweepSource(origin: "sweep.yaml", text: text, overrides: overrides),
    workloads: [parity])
}

/// The description of the error that a sweep text brings; a valid text gives `valid`.
func failure(_ text: String, overrides: [String] = []) -> String {
  do throws(FileError) {
    _ = try parse(text, overrides: overrides)
    return "valid"
  } catch {
    return error.description
  }
}

/// A sweep with the required lines before `rest`; `rest` begins on line 4.
func withHead(_ rest: String) -> String {
  """
  name: s
  workload: sparse-parity
  settings: {tasks: 10, bits: 20}
  \(rest)
  """
}

/// The values of a parameter over the jobs of a sweep.
func values(_ name: String, of sweep: Sweep) -> [Value] {
  sweep.jobs.compactMap { $0.parameters[name] }
}

/// The text of a fixture.
func fixture(_ name: String) throws -> String {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "txt"))
  return try String(contentsOf: url, encoding: .utf8)
}

/// The lines of a fixture that are not comments.
func fixtureLines(_ name: String) throws -> [String] {
  try fixture(name).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
}

/// The texts of a fixture, each after a line `===`, with their errors after `--->`.
func errorExamples(_ name: String) throws -> [(text: String, error: String)] {
  try fixture(name).components(separatedBy: "===\n").dropFirst().map { block in
    let parts = block.components(separatedBy: "---> ")
    try #require(parts.count == 2, "\(block)")
    return (String(parts[0].dropLast()), String(parts[1].dropLast()))
  }
}
