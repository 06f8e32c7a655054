import Imports
import Posix
import SweepFiles
import SweepModel
import Workloads

/// What `quanta import` reads: joblogs, tables, exported charts, what tools leave in folders, and maps.
///
/// An input is a byte that chooses the format and how much the map lets through, then the content of its
/// file.
struct ImportSurface: Surface {
  static let name = "import"
  static let share = 100
  static let readers = ImportFormat.allCases.map { "\($0)" }

  private let mutators: [Mutator]
  private let folder = "\(Scratch.folder)/import"
  private let sweep: Sweep
  private let signature: WorkloadSignature

  init(corpus: [[UInt8]]) throws {
    mutators = ImportFormat.allCases.enumerated().map { number, format in
      let known = corpus.filter { Int($0.first ?? 0) % ImportFormat.allCases.count == number }
      return Mutator(
        corpus: known.map { Array($0.dropFirst()) } + [Array(format.example.utf8)],
        words: Self.words + YAMLWords.all, limit: 16 << 10)
    }
    let sweep = try SweepFile.parse(
      source: SweepSource(origin: "s", text: Self.sweep), workloads: WorkloadRegistry.catalog)
    self.sweep = sweep
    guard let found = WorkloadRegistry.signatures.first(where: { $0.name == sweep.workload }) else {
      throw Violation("there is no workload self-test")
    }
    signature = found
  }

  private static let sweep = """
    name: s
    workload: self-test
    settings: {steps: 3}
    grid: {size: [10, 20, 30], exponent: [0.25, 0.5], seed: [0, 1]}
    """

  private static let words = [
    "\t", "\n", ",", "\"", " - ", "__MIN", "__MAX", "{", "}", "{size}", "--size", "=", "nan", "inf",
    "Seq", "step", "loss", "size", "seed", "finished", "'", "\\", "1e19", "-1", "any",
  ]

  func input(_ random: inout Random) -> [UInt8] {
    input(&random, reader: random.below(mutators.count))
  }

  func input(_ random: inout Random, reader: Int) -> [UInt8] {
    let chance = 1 + random.below(2)
    return [UInt8(reader + chance * mutators.count)] + mutators[reader].input(&random)
  }

  func check(_ input: [UInt8]) throws {
    guard let first = input.first else { return }
    let format = ImportFormat.allCases[Int(first) % ImportFormat.allCases.count]
    let content = Array(input.dropFirst())
    let runs = "\(folder)/\(format)"
    let path = "\(runs)/\(format.file)"
    try makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    for (name, text) in format.others {
      _ = ScratchFile("import/\(format)/\(name)").holding(Array(text.utf8))
    }
    _ = ScratchFile("import/\(format)/\(format.file)").holding(format.framed(content))
    var map = ImportMap()
    if format == .map {
      do throws(FileError) {
        map = try ImportMapFile.read(path: path, for: signature)
      } catch {
        try YAMLWords.checkError(error, of: content)
      }
    }
    let tried = format.isFolder ? runs : path
    // As strict as the map, as lenient as one can be, or both.
    let chance = Int(first) / ImportFormat.allCases.count
    if chance != 2 { try checkRuns(tried, map) }
    if chance == 1 { return }
    map.lastStep = .any
    map.tolerance = 0.1
    map.pattern = "size{size}-exponent{exponent}-seed{seed}"
    try checkRuns(tried, map)
  }

  private func checkRuns(_ path: String, _ map: ImportMap) throws(Violation) {
    let sources: [any RunSource]
    do throws(ImportError) {
      sources = try RunSources.open([path], signature: signature, map: map, now: 0)
    } catch {
      return try require(!error.description.isEmpty, "an error without words")
    }
    let plan = ImportPlan(sources: sources, sweep: sweep, signature: signature, map: map)
    var points: Set<Int> = []
    for item in plan.items {
      switch item.verdict {
      case .adopted:
        guard let job = item.job, points.insert(job).inserted, let reading = plan.reading(item)
        else {
          throw Violation(
            "\(item.name) is adopted for no job, for one that another has, or is gone")
        }
        try require(
          !(reading.result.scalars.isEmpty && reading.result.curves.isEmpty), "an empty result")
        for curve in reading.result.curves {
          try require(
            zip(curve.steps, curve.steps.dropFirst()).allSatisfy { $0 < $1 }, "steps go back")
        }
      case .refused(_, let reason), .superseded(_, let reason):
        try require(!reason.isEmpty, "\(item.name) is refused without a reason")
      case .repeated, .recorded: continue
      }
    }
    let guess = MapGuess(sources: sources, sweep: sweep, signature: signature).text
    do throws(FileError) {
      _ = try ImportMapFile.parse(text: guess, origin: "guess", for: signature)
    } catch {
      throw Violation("the guess is no map: \(error)\n\(guess)")
    }
  }
}
