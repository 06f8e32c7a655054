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
        quanta-lab fuzz --replay                           the corpus itself

      Surfaces: \(allSurfaces.map { $0.name }.joined(separator: ", ")).
      """)

  @Option(help: "How many inputs, shared out among the surfaces.")
  var inputs = 100_000

  @Option(help: "The seed of each surface's first input.")
  var firstSeed: UInt64 = 0

  @Option(help: "Only this surface.")
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

  private var surfaces: [any Surface.Type] {
    allSurfaces.filter { surface == nil || $0.name == surface }
  }

  func validate() throws {
    guard inputs > 0 else { throw ValidationError("--inputs must be positive") }
    guard !surfaces.isEmpty else {
      let names = allSurfaces.map { $0.name }.joined(separator: ", ")
      throw ValidationError("no surface is called \(surface ?? ""); there are \(names)")
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
    for (number, type) in allSurfaces.enumerated() where type.name == surface {
      try Trial(surface: type.init(corpus: Corpus.inputs(corpus, type)), number: number)
        .run(from: firstSeed, count: inputs, watch: watch)
    }
  }

  private func replayCorpus() throws {
    var counts: [String: Int] = [:]
    for type in surfaces {
      let inputs = Corpus.inputs(corpus, type)
      let surface = try type.init(corpus: [])
      for input in inputs { try surface.check(input) }
      counts[type.name] = inputs.count
    }
    try print(counts) { "\($0)" }
  }

  private func runCampaign() throws {
    let campaign = FuzzCampaign(inputs: inputs, firstSeed: firstSeed, corpus: corpus, keep: keep)
    let result = try campaign.run(surfaces)
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
