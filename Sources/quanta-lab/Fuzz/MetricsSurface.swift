import Basics
import Foundation
import Metrics
import Posix

/// What programs leave of their metrics, as the readers of all formats find it, whole and while it grows.
///
/// An input is a byte that chooses the format, then the content of its file.
struct MetricsSurface: Surface {
  static let name = "metrics"
  static let share = 150

  private let mutators: [Mutator]
  private let folder = "\(Scratch.folder)/metrics"

  init(corpus: [[UInt8]]) {
    mutators = MetricFormat.allCases.enumerated().map { number, format in
      let known = corpus.filter { Int($0.first ?? 0) % MetricFormat.allCases.count == number }
      return Mutator(
        corpus: known.map { Array($0.dropFirst()) } + format.examples.map { Array($0.utf8) },
        words: MetricFormat.words, limit: 32 << 10)
    }
  }

  func input(_ random: inout Random) -> [UInt8] {
    let number = random.below(mutators.count)
    return [UInt8(number)] + mutators[number].input(&random)
  }

  func check(_ input: [UInt8]) throws {
    guard let first = input.first else { return }
    let format = MetricFormat.allCases[Int(first) % MetricFormat.allCases.count]
    let content = Array(input.dropFirst())
    switch format {
    case .output: try checkOutput(content)
    case .pattern: try checkPattern(content)
    default: try checkFiles(format, content)
    }
  }

  private func checkFiles(_ format: MetricFormat, _ content: [UInt8]) throws {
    try? FileManager.default.removeItem(atPath: folder)
    let path = "\(folder)/\(format.file)"
    try makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    let whole = format.framed(content)
    try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC).writeAll(whole)
    let sources = MetricFinder(folder: folder).find()
    var book = MetricBook()
    for source in sources {
      var reader = source.reader(step: nil)
      reader.read(into: &book, isFinal: true)
    }
    try checkBook(book)
    for place in RecordedRuns.find(in: folder) {
      let run = place.read()
      try checkBook(run.book)
      try require(run.problems.allSatisfy { !$0.isEmpty }, "a problem without words")
    }
    guard format.grows, let source = sources.first else { return }
    // The same in three looks.
    try Descriptor(opening: path, O_WRONLY | O_TRUNC).writeAll([])
    var reader = source.reader(step: nil)
    var grown = MetricBook()
    let cuts = [0, whole.count / 3, 2 * whole.count / 3, whole.count]
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      try Descriptor(opening: path, O_WRONLY | O_APPEND).writeAll(Array(whole[start..<end]))
      reader.read(into: &grown, isFinal: end == whole.count)
    }
    try require(
      Self.isSame(grown, book), "read while it grows it has other metrics than as a whole")
  }

  private func checkOutput(_ content: [UInt8]) throws {
    for pattern in [#"(?<step>\d+).*?loss[:= ]+(?<loss>\S+)"#, #"([\w|-]+)\s*=\s*(\S*)"#] {
      var whole = MetricBook()
      var reader = try OutputPattern(pattern, name: nil)
      reader.read(content, into: &whole, isFinal: true)
      try checkBook(whole)
      var pieces = MetricBook()
      reader = try OutputPattern(pattern, name: nil)
      for byte in content { reader.read([byte], into: &pieces, isFinal: false) }
      reader.read([], into: &pieces, isFinal: true)
      try require(Self.isSame(pieces, whole), "cut into pieces output has other metrics")
    }
  }

  /// The first line as a pattern, on the others.
  private func checkPattern(_ content: [UInt8]) throws {
    let line = content.prefix { $0 != 0x0A }
    do {
      var pattern = try OutputPattern(String(decoding: line, as: UTF8.self), name: "x")
      var book = MetricBook()
      pattern.read(Array(content.dropFirst(line.count).prefix(2000)), into: &book, isFinal: true)
      try checkBook(book)
    } catch let error as OutputPatternError {
      try require(!error.description.isEmpty, "an error without words")
    }
  }

  private func checkBook(_ book: MetricBook) throws {
    for series in book.series {
      try require(series.steps.count == series.values.count, "steps and values of unlike number")
      try require(
        zip(series.steps, series.steps.dropFirst()).allSatisfy { $0 < $1 }, "steps do not ascend")
      try require(!series.steps.isEmpty && !series.name.isEmpty, "a series of nothing")
    }
    try require(book.notes.count <= 20 && book.notes.allSatisfy { !$0.isEmpty }, "too many notes")
  }

  private static func isSame(_ left: MetricBook, _ right: MetricBook) -> Bool {
    left.series.count == right.series.count && left.scalars.count == right.scalars.count
      && zip(left.series, right.series).allSatisfy { left, right in
        left.name == right.name && left.steps == right.steps
          && left.values.map(\.bitPattern) == right.values.map(\.bitPattern)
      }
  }
}

/// The formats of metrics that are tried.
private enum MetricFormat: CaseIterable {
  case jsonLines
  case csv
  case events
  /// What one event of an event file holds, with the right checksums.
  case event
  case log
  /// What one record of a log of W&B holds, with the right checksum.
  case record
  case database
  case info
  case run
  case trainer
  case meta
  case hydra
  case output
  case pattern

  /// Where it lies.
  var file: String {
    switch self {
    case .jsonLines: "metrics.jsonl"
    case .csv: "metrics.csv"
    case .events, .event: "events.out.tfevents.1"
    case .log, .record: "run-x.wandb"
    case .database: "mlflow.db"
    case .info: "1/info.json"
    case .run: "1/run.json"
    case .trainer: "trainer_state.json"
    case .meta: "mlruns/0/a/meta.yaml"
    case .hydra: ".hydra/config.yaml"
    case .output, .pattern: ""
    }
  }

  /// Whether programs only append to it.
  var grows: Bool {
    switch self {
    case .jsonLines, .csv, .events, .event, .log, .record: true
    default: false
    }
  }

  /// The file with a content.
  func framed(_ content: [UInt8]) -> [UInt8] {
    switch self {
    case .event:
      let length = Self.little(UInt64(content.count), 8)
      return length + Self.masked(length) + content + Self.masked(content)
    case .record:
      let data = content.prefix(30_000)
      return Array(":W&B".utf8) + [0xE1, 0xBE, 1] + Self.little(UInt64(CRC32([1] + data).value), 4)
        + Self.little(UInt64(data.count), 2) + [1] + data
    default: return content
    }
  }

  private static func masked(_ bytes: [UInt8]) -> [UInt8] {
    let crc = CRC32(bytes[...], .castagnoli).value
    return little(UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8), 4)
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// Inputs beside those of the corpus.
  var examples: [String] {
    switch self {
    case .jsonLines:
      [
        "{\"step\": 1, \"loss\": 0.5, \"a\": {\"b\": true}}\n{\"step\": 2, \"loss\": NaN}\n{\"step\": 1"
      ]
    case .csv: ["epoch,step,loss,\"a b\"\n0,1,0.5,\n0,2,,inf\n1,3,nan,\"x\ny\"\n", "t;x\n0,5;1\n"]
    case .info:
      [
        "{\"log_steps\": [0, 5], \"losses\": [1, NaN], \"p\": {\"0\": [1, 2]}, \"n\": {\"py/object\": \"x\"}}"
      ]
    case .run:
      [
        "{\"status\": \"COMPLETED\", \"result\": 0.5, \"start_time\": \"2026-11-29T09:00:00.5\", "
          + "\"meta\": {\"config_updates\": {\"a\": 1}}, \"fail_trace\": [\"x\"]}"
      ]
    case .trainer:
      ["{\"log_history\": [{\"step\": 1, \"loss\": 2, \"epoch\": 0.1}], \"best_metric\": 1}"]
    case .meta: ["run_id: a\nstatus: 3\nstart_time: 5\nend_time: null\nexperiment_id: '0'\n"]
    case .hydra: ["a:\n  b: 1\n  c: 'x''y'\nl:\n- 1\n- x: 2\n  y: [1, 2]\ne: \"q\\n\" # no\n"]
    case .output:
      ["step 1 loss: 0.5\r\u{1B}[31mstep 2 loss=nan\u{1B}[0m\n\u{1B}]0;t\u{7}a=1 b = 2\n"]
    case .pattern:
      [
        "(?i)loss[=: ]{1,2}(?<loss>[-+\\d.]+?)(\\s|$)\nLoss: 1.5 loss=2\n",
        "(a|b)*?c{2,}(?:x)\\b\naccx",
        "[^a-c\\]]+(.)\nxyz",
      ]
    case .event: ["\u{9}12345678\u{10}\u{1}*\u{b}\n\u{9}\n\u{1}l\u{15}abcd"]
    case .record: ["\u{12}\u{10}\n\u{c}\u{12}\u{4}loss\u{82}\u{1}\u{3}0.5"]
    case .events, .log, .database: []
    }
  }

  /// What these languages are made of.
  static let words = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", "NaN", "-Infinity", "null", "true",
    "\"step\"", "step", "epoch", "1e999", "- ", "  ", "'", "#", "(?<", "(?P<", ")", "*", "+?",
    "{2,5}",
    "\\d", "|", "^", "$", "py/object", "\u{1B}[", "\t", ";", "\u{1}", "\u{8}", "SQLite format 3",
  ]
}
