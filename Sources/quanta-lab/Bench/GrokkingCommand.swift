import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of grokking addition.
struct GrokkingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grokking",
    abstract: "Times a training step and an evaluation of grokking addition.",
    discussion: """
      The defaults are the published problem. An evaluation, both sets and the representation, comes \
      at every 10th step of a job unless its logEvery says otherwise.

      Examples:
        quanta-lab bench grokking --json
        quanta-lab bench grokking --jobs 2 --threads 1
      """)

  @Option(help: "Units in each hidden layer of the decoder.")
  var width = 200
  @Option(help: "Training samples, all in one batch.")
  var trainNum = 45
  @Option(help: "What is minimised: mse or crossEntropy.")
  var objective = "mse"
  @OptionGroup var core: CoreOptions

  func validate() throws {
    guard width > 0, (1..<55).contains(trainNum), ["mse", "crossEntropy"].contains(objective) else {
      throw ValidationError(
        "width must be at least 1, train-num from 1 to 54, objective mse or crossEntropy.")
    }
  }

  func run() throws {
    let parameters = CoreOptions.parameters(
      of: GrokkingAddition.self,
      [
        "width": .integer(width), "trainNum": .integer(trainNum), "batch": .integer(trainNum),
        "objective": .text(objective),
      ])
    core.run(AdditionBenchmark.self, parameters, steps: 5000)
  }
}
