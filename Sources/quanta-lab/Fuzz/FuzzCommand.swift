import ArgumentParser
import Foundation

/// `quanta-lab fuzz`: feeds damaged input to everything that reads what others wrote.
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz",
    abstract: "Feeds damaged input to Quanta's readers; nothing may crash, hang or grow.",
    discussion: """
      An input is made from its surface, its seed and the corpus alone. Each is either accepted or \
      refused with an error that has its place; what is accepted is the same when it is written \
      and read again. Exit status 1 when an input failed.

        quanta-lab fuzz --inputs 100000 --json             a campaign over all surfaces
        quanta-lab fuzz --surface sweep --first-seed 4711 --inputs 1
        quanta-lab fuzz --surface metrics --each --inputs 1000000   of every reader of metrics
        quanta-lab fuzz --replay                           the corpus itself

      Surfaces: \(names). Some have several readers, such as metrics/csv: \
      \(FuzzTarget.all.flatMap(\.readers).filter { $0.reader != nil }.map(\.name).joined(separator: ", ")).
      """)

  private static let names = FuzzTarget.all.map(\.name).joined(separator: ", ")

  @Option(help: "How many inputs, shared out among the surfaces.")
  var inputs = 100_000

  @Option(help: "The seed of each surface's first input.")
  var firstSeed: UInt64 = 0

  @Flag(help: "So many inputs for each surface and each reader.")
  var each = false

  @Option(help: "Only this surface, or this reader.")
  var surface: String?

  @Option(help: "The folder of inputs to start from, one folder a surface.")
  var corpus = "Tests/Corpus"

  @Option(help: "A folder for inputs that failed.")
  var keep: String?

  @Flag(help: "Try every input of the corpus as it is, in this process.")
  var replay = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: .hidden)
  var trial: String?

  /// What is tried, each with inputs of its own.
  private var targets: [FuzzTarget] {
    let chosen = surface.map { FuzzTarget.named($0).map { [$0] } ?? [] } ?? FuzzTarget.all
    return each ? chosen.flatMap(\.readers) : chosen
  }

  func validate() throws {
    guard inputs > 0 else { throw ValidationError("--inputs must be positive") }
    guard !Corpus.isMissing(corpus) else {
      throw ValidationError(
        "there is no folder \(corpus); run this at the top of the repository, or name it with --corpus"
      )
    }
    guard !targets.isEmpty else {
      throw ValidationError("no surface is called \(surface ?? ""); there are \(Self.names)")
    }
  }

  func run() throws {
    defer { Scratch.remove() }
    if let trial {
      try runTrial(watch: Watch(path: trial))
    } else if replay {
      try replayCorpus()
    } else {
      try runCampaign()
    }
  }

  private func runTrial(watch: Watch) throws {
    for target in targets {
      try Trial(target, corpus: corpus).run(from: firstSeed, count: inputs, watch: watch)
    }
  }

  private func replayCorpus() throws {
    var counts: [String: Int] = [:]
    for type in targets.map(\.surface) {
      let inputs = Corpus.inputs(corpus, type)
      let surface = try type.init(corpus: [])
      for input in inputs { try surface.check(input) }
      counts[type.name] = inputs.count
    }
    try print(counts) { "\($0)" }
  }

  private func runCampaign() throws {
    let campaign = FuzzCampaign(
      inputs: inputs, isForEach: each, firstSeed: firstSeed, corpus: corpus, keep: keep)
    let result = try campaign.run(targets)
    try print(result) { result in
      result.inputs.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value) inputs\n" }.joined()
        + result.failures.map { "\($0.surface), seed \($0.seed): \($0.what)\n" }.joined()
        + "\(result.failures.count) failures in \(Int(result.seconds)) s, at most "
        + "\(result.peakMemoryBytes >> 20) MiB"
    }
    if !result.failures.isEmpty { throw ExitCode(1) }
  }

  private func print<Value: Encodable>(_ value: Value, text: (Value) -> String) throws {
    guard json else { return Swift.print(text(value)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
