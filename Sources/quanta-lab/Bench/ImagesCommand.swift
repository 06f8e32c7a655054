import ArgumentParser
import SweepModel
import Workloads

/// Times training steps and evaluations of a perceptron on images.
struct ImagesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images",
    abstract: "Times a training step and an evaluation of a perceptron on images.",
    discussion: """
      The defaults are the published problem on images of MNIST's size, 200 in a batch. An evaluation, \
      1000 training and 2000 test images, comes at some 250 of a job's 100 000 steps.

      Examples:
        quanta-lab bench images --json
        quanta-lab bench images --jobs 2 --threads 1
      """)

  @Option(help: "Units in each hidden layer.")
  var width = 200
  @Option(help: "Images in a step.")
  var batch = 200
  @OptionGroup var core: CoreOptions

  func validate() throws {
    guard width > 0, (1...1000).contains(batch) else {
      throw ValidationError("width must be at least 1, batch from 1 to 1000.")
    }
  }

  func run() throws {
    let parameters = CoreOptions.parameters(
      of: OmnigrokImages.self,
      [
        "images": .text("28x28x10-2000-2000-" + String(repeating: "0", count: 64)),
        "width": .integer(width), "batch": .integer(batch), "weightDecay": .real(0.01),
      ])
    core.run(ImageBenchmark.self, parameters, steps: 500)
  }
}
