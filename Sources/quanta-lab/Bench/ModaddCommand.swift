import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of modular addition.
struct ModaddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modadd",
    abstract: "Times a full-batch training step and an evaluation of modular addition.",
    discussion: """
      The defaults are the published problem: a transformer of one layer, 30 % of the pairs train.

      Examples:
        quanta-lab bench modadd --threads 2 --json
        quanta-lab bench modadd --jobs 2
      """)

  @Option(help: "The modulus.")
  var modulus = 113
  @OptionGroup var core: CoreOptions

  func validate() throws {
    if let problem = OmnigrokModadd.signature.validate(parameters) {
      throw ValidationError(problem.message)
    }
  }

  private var parameters: Parameters {
    CoreOptions.parameters(
      of: OmnigrokModadd.self, ["p": .integer(modulus), "weightDecay": .real(1)])
  }

  func run() throws { core.run(ModaddBenchmark.self, parameters, steps: 50) }
}
