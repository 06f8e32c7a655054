import ArgumentParser
import Discovery
import Foundation

/// Finds the quanta of parity networks, with what each step takes and how right the outcome is.
struct DiscoveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discovery",
    abstract: "Trains parity networks, finds their quanta and compares them with the truth.",
    discussion: """
      Every network is trained by the house's own step and looked at through its weights and samples alone. \
      The defaults are the small problem of the measurements; --published is the paper's, whose training takes \
      hours on two cores: --batch 5000 --steps 60000 --rate 1.2e-3 --rate-end 2e-4 takes ten minutes and learns \
      some twenty subtasks. A line for each network has the seconds of every step, the adjusted \
      Rand index and the mutual information at the true count and at the one chosen without truth.

      Examples:
        quanta-lab bench discovery --networks 3
        quanta-lab bench discovery --published --samples 10000 --dump /tmp/parity
        quanta-lab bench discovery --networks 10 --seed 100
      """)

  @Flag(help: "500 subtasks, 100 bits, width 500, batch 20000, 200000 steps, 10000 samples.")
  var published = false
  @Option(help: "Subtasks.")
  var tasks: Int?
  @Option(help: "Bits.")
  var bits: Int?
  @Option(help: "Hidden width.")
  var width: Int?
  @Option(help: "The Zipf exponent α of the paper.")
  var alpha = 0.4
  @Option(help: "Samples of a training batch.")
  var batch: Int?
  @Option(help: "Training steps.")
  var steps: Int?
  @Option(help: "AdamW's learning rate at the start; it falls evenly.")
  var rate: Double?
  @Option(help: "The learning rate at the end.")
  var rateEnd: Double?
  @Option(help: "Control bits that are never trained.")
  var untrained = 2
  @Option(help: "Networks, each with its own seed.")
  var networks = 1
  @Option(help: "The first network's seed.")
  var seed = 1
  @Option(help: "Samples whose gradients are clustered.")
  var samples: Int?
  @Option(help: "Training samples of the whitening.")
  var training = 20_000
  @Option(help: "The whitening's damping; 0 for plain gradients.")
  var damping = 0.01
  @Option(help: "What gradients are of: loss or margin.", transform: { try Self.word($0) })
  var target = DiscoveryRecipe.Target.margin
  @Option(
    help: "cosine, angular, absolute, squared or absoluteGradient.",
    transform: { try Self.word($0) })
  var measure = GradientMeasure.cosine
  @Option(help: "Kinships below this are all the same; six times that without controls.")
  var floor = 0.01
  @Option(help: "Threads.")
  var threads = 2
  @Flag(help: "Without the control bits: of margins, without all inputs' columns.")
  var withoutControls = false
  @Flag(help: "The recipe as published beside, at the true count.")
  var publishedRecipe = false
  @Option(help: "A folder for weights, samples and labels, for Tests/Peers/quanta_discovery.py.")
  var dump: String?

  /// One of a few words.
  private static func word<Word: RawRepresentable & CaseIterable>(
    _ text: String
  ) throws -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\(text) is none of \(words).")
    }
    return word
  }

  func validate() throws {
    guard networks > 0, threads > 0, untrained >= 0, damping >= 0 else {
      throw ValidationError("networks and threads must be at least 1, the rest not negative.")
    }
  }

  func run() throws {
    for network in 0..<networks {
      var trial = DiscoveryTrial(self, seed: seed + network)
      try trial.run()
    }
  }
}
