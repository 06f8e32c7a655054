import Basics
import SweepModel

/// `command`: a program of the user's, unchanged, as a job.
///
/// Its parameters are whatever the grid names. The program is started without a shell in a private copy
/// of its code, and its metrics are read from what it writes anyway.
enum Command: Workload {
  static let signature = WorkloadSignature(
    name: CommandSpec.workload, resultVersion: 1, parameters: [],
    summary: "any program: its parameters are what the grid names, its metrics what it writes",
    estimate: { _ in .unknown() })

  static var makeSignature: (@Sendable (SweepTerms) throws(ParameterProblem) -> WorkloadSignature)?
  { signature(for:) }

  static var sample: Parameters {
    var spec = CommandSpec()
    spec.run = ["/bin/echo", "loss={size}"]
    spec.metrics.patterns = ["loss=(?<loss>\\S+)"]
    return Parameters([
      Parameters.Entry(name: CommandSpec.parameter, value: .text(spec.text)),
      Parameters.Entry(name: CommandSpec.handling, value: .text(CommandHandling().text)),
      Parameters.Entry(name: "size", value: 3),
    ])
  }

  /// The signature of a sweep, or of a job, whose own parameters are beside the reserved ones.
  private static func signature(for terms: SweepTerms) throws(ParameterProblem)
    -> WorkloadSignature
  {
    func given(_ name: String) -> String? {
      if let option = terms.options[name]?.first { return option }
      guard case .text(let text)? = terms.parameters.first(where: { $0.name == name })?.value else {
        return nil
      }
      return text
    }
    guard let text = given(CommandSpec.parameter) else { return signature }
    guard let spec = CommandSpec(text: text) else {
      throw ParameterProblem(parameter: "run", message: "The program to run is missing.")
    }
    if let taken = terms.parameters.first(where: {
      CommandSpec.reserved.contains($0.name) && $0.value == nil
    }) {
      throw ParameterProblem(
        parameter: taken.name,
        message: "\"\(taken.name)\" is Quanta's own name; give the parameter another one.")
    }
    let own = terms.parameters.filter { !CommandSpec.reserved.contains($0.name) }
    try CommandTemplate.check(spec, parameters: own.map(\.name))
    if terms.options[CommandSpec.parameter] != nil { try CommandMetricsReading.check(spec.metrics) }
    let handling = given(CommandSpec.handling) ?? CommandHandling().text
    var parameters = own.map { parameter in
      ParameterSpec(
        parameter.name, parameter.kind, "as the sweep's file has it",
        role: seedNames.contains(parameter.name) ? .seed : nil)
    }
    parameters.append(
      ParameterSpec(
        CommandSpec.parameter, .text, default: .text(text), "what runs, and how it is read"))
    parameters.append(
      ParameterSpec(
        CommandSpec.handling, .text, default: .text(handling), "how the job is treated",
        decidesResult: false))
    if let code = given(CommandSpec.code) {
      parameters.append(
        ParameterSpec(
          CommandSpec.code, .data(.code), default: .text(code), "the code that runs",
          decidesResult: CommandHandling(text: handling).identity == .code))
    }
    return WorkloadSignature(
      name: CommandSpec.workload, resultVersion: 1, parameters: parameters,
      summary: signature.summary, estimate: { _ in .unknown() })
  }

  private static let seedNames = ["seed", "random_seed", "random-seed"]

  static func run(_ parameters: Parameters, in context: any JobContext) throws -> JobResult {
    guard let spec = CommandSpec(text: parameters.text(CommandSpec.parameter)) else {
      throw JobFailure("The program to run cannot be read from the job's parameters.")
    }
    var run = try CommandRun(spec, parameters, context)
    return try run.result()
  }
}
