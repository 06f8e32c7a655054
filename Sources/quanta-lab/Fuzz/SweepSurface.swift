import SweepFiles
import SweepModel
import Workloads

/// Sweep files as `quanta plan` reads them: text, grid, keys, and the cost of the jobs.
struct SweepSurface: Surface {
  static let name = "sweep"
  static let share = 35

  private let mutator: Mutator
  private let scratch = ScratchFile("sweep.yaml")
  private let signatures = WorkloadRegistry.signatures

  init(corpus: [[UInt8]]) {
    mutator = Mutator(
      corpus: corpus + Presets.all.map { Array($0.text.utf8) }, words: YAMLWords.all + Self.words)
  }

  private static let words = [
    "grid:\n", "zip: ", "exclude: ", "points: ", "range: [0, 5]", "count: 1000000", "log2space: ",
    "linspace: [0, 1]", "as: int", "unique: true", "settings: ", "seed: ", "width: ", "fits: ",
    "{width: {range: [1, 100]}}", "timeout: 1h30m", "memory: 4GiB", "retries: {max: 3}",
    "workload: self-test", "by: [seed]", "xRange: [1, 2]", "- {seed: {range: [0, 1000000]}}\n",
  ]

  func input(_ random: inout Random) -> [UInt8] {
    random.oneIn(100) ? YAMLWords.bomb(&random) : mutator.input(&random)
  }

  func check(_ input: [UInt8]) throws {
    do {
      let source = try SweepFile.read(path: scratch.holding(input))
      try checkSweep(try SweepFile.parse(source: source, workloads: WorkloadRegistry.catalog))
    } catch let error as FileError {
      try YAMLWords.checkError(error, of: input)
    }
  }

  private func checkSweep(_ sweep: Sweep) throws(Violation) {
    try require(!sweep.jobs.isEmpty, "a sweep without jobs")
    try require(
      Set(sweep.jobs.lazy.map(\.key)).count == sweep.jobs.count, "two jobs with one key")
    for signature in signatures where signature.name == sweep.workload {
      for job in sweep.jobs.prefix(8) + sweep.jobs.suffix(8) {
        let estimate = signature.estimate(job.parameters)
        try require(
          estimate.cpuSeconds.isFinite && estimate.usefulThreads > 0
            && (estimate.memoryBytes > 0 || !estimate.isKnown),
          "\(estimate) of \(job.parameters)")
      }
    }
  }
}

/// What YAML files are made of, and what is said about their errors.
enum YAMLWords {
  static let all = [
    ":", ": ", ",", "[", "]", "{", "}", "\"", "'", "#", "- ", "\n", "\n  ", "\t", "*a", "&a ",
    "!!int ", "!!binary ", "!<x> ", "1e999", "-1", ".nan", "? ", "|\n", ">\n", "%YAML 1.2\n",
    "---\n", "...\n", "null", "~", "<<: *a", "<<: ", "@", "`", "[[[[[[[[", "{{{{{{{{", "}}}}",
    "&a [*a, *a]", "\\x00", "\"\\uD800\"", "true", "no", "0b1", "1:30",
  ]

  /// Aliases that multiply, nesting without end, a line without end, keys that repeat.
  static func bomb(_ random: inout Random) -> [UInt8] {
    let size = 1 << random.below(13)
    let text: String
    switch random.below(6) {
    case 0:
      text = (0..<random.below(40)).map { level in
        let inner = level == 0 ? "x" : "*a\(level - 1)"
        let references = Array(repeating: inner, count: 1 + random.below(10))
        return "a\(level): &a\(level) [\(references.joined(separator: ", "))]\n"
      }.joined()
    case 1:
      let level = random.pick(["[", "{", "- ", "? ", "a: {", "[{"])
      text = String(repeating: level, count: size)
    case 2:
      let letter = random.pick(["x", " ", "é", "\\", "'"])
      text = "name: " + String(repeating: letter, count: size * 8)
    case 3: text = String(repeating: "a: 1\n", count: size)
    case 4: text = "grid: {seed: [" + String(repeating: "1, ", count: size * 4) + "]}"
    default:
      let part = random.pick(["- x\n", "? a\n", "k: |\n", "#\n", "&a *a ", "<<: "])
      text = String(repeating: part, count: size)
    }
    return Array(text.utf8)
  }

  /// An error has its file, a place within it where it concerns one, words, and no empty remedy.
  static func checkError(_ error: FileError, of input: [UInt8]) throws(Violation) {
    try require(!error.file.isEmpty && !error.message.isEmpty, "an error without words: \(error)")
    try require(error.remedy != "", "an empty remedy: \(error)")
    let wholeFile = ["the file is empty", "the text is UTF-16"]
    guard let line = error.line, let column = error.column else {
      let isWhole = wholeFile.contains(error.message) || error.message.hasPrefix("larger than")
      return try require(isWhole, "an error without a place: \(error)")
    }
    try require(
      line >= 1 && line <= lineCount(input) && column >= 1 && column <= input.count + 2,
      "a place outside the file: \(error)")
  }
}
