import Glibc
import Metrics
import Posix

/// What programs leave of their metrics, as the readers of all formats find it, whole and while it grows.
///
/// An input is a byte that chooses the format, then the content of its file.
struct MetricsSurface: Surface {
  static let name = "metrics"
  static let share = 150
  static let readers = MetricFormat.allCases.map { "\($0)" }

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
    input(&random, reader: random.below(mutators.count))
  }

  func input(_ random: inout Random, reader: Int) -> [UInt8] {
    [UInt8(reader)] + mutators[reader].input(&random)
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
    let folder = "\(folder)/\(format)"
    let path = "\(folder)/\(format.file)"
    try makeFolders(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    if let (name, text) = format.companion {
      _ = ScratchFile("metrics/\(format)/\(name)").holding(Array(text.utf8))
    }
    let whole = format.framed(content)
    try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC).writeAll(whole)
    let sources = MetricFinder(folder: folder).find()
    try require(
      !sources.isEmpty || [.run, .meta, .hydra].contains(format), "\(format) is not looked at")
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
