import Basics
import Glibc
import Metrics
import Posix
import SweepModel

/// The metrics of a running program, from whatever it writes: natively, as its sweep's file declares, or
/// found by itself. Where the first two say something of one name, the first counts; nothing is looked for
/// where either says anything.
struct CommandMetricsReading {
  private let earlier: MetricBook
  private let nativeSource: MetricSource
  private var native: any MetricReader
  private var nativeBook = MetricBook()
  private var files: [DeclaredMetrics]
  private var patterns: [OutputPattern] = []
  private var outputBook = MetricBook()
  /// What the files that are declared hold, at the last look.
  private var declaredBooks: [(path: String, book: MetricBook)] = []
  private var found: [FoundMetrics] = []
  /// What this attempt has written, at the last look: of a name that several have the first counts.
  private var books: [MetricBook] = []
  private let finder: MetricFinder?
  private let searched: String?
  /// What lies there under such a name, and is no file.
  private var odd: [MetricFinder.Oddity] = []
  /// What was not looked at.
  private var omission: String?
  private let step: String?

  /// - Parameters:
  ///   - paths: the files that are declared.
  ///   - native: the file for metrics as JSON lines.
  ///   - searched: the folder in which nobody else writes; nil to look for nothing.
  ///   - earlier: the metrics of earlier attempts, up to where this one goes on.
  init(
    _ rules: CommandMetrics, files paths: [String], native: String, searched: String?,
    earlier: MetricBook
  ) throws {
    self.earlier = earlier
    nativeSource = MetricSource(kind: .jsonLines, path: native)
    self.native = nativeSource.reader(step: nil)
    step = rules.step
    files = paths.map { DeclaredMetrics(path: $0, step: rules.step, own: searched) }
    do throws(ParameterProblem) {
      patterns = try Self.patterns(rules)
    } catch {
      throw JobFailure(error.message)
    }
    self.searched = searched
    finder = searched.map { MetricFinder(folder: $0) }
    found = FoundMetrics.old(finder?.find() ?? [], step: rules.step)
  }

  private static func patterns(_ rules: CommandMetrics) throws(ParameterProblem) -> [OutputPattern]
  {
    var patterns: [OutputPattern] = []
    for pattern in rules.patterns {
      do throws(OutputPatternError) {
        patterns.append(try OutputPattern(pattern, name: nil))
      } catch {
        throw ParameterProblem(
          parameter: "metrics",
          message: "\"metrics\" has the pattern \(printable(pattern)): \(error)")
      }
    }
    return patterns
  }

  /// Throws where a pattern cannot be read.
  static func check(_ rules: CommandMetrics) throws(ParameterProblem) { _ = try patterns(rules) }

  /// Reads what was printed.
  mutating func take(_ output: [UInt8], isFinal: Bool) {
    for index in patterns.indices {
      patterns[index].read(output, into: &outputBook, isFinal: isFinal)
    }
  }

  /// Reads what was written.
  mutating func read(isFinal: Bool) {
    native.read(into: &nativeBook, isFinal: isFinal)
    for index in files.indices { files[index].read(isFinal: isFinal) }
    declaredBooks = files.map { ($0.path, $0.book) }
    books = [nativeBook, FoundMetrics.joined([outputBook] + declaredBooks.map(\.book))]
    guard books.allSatisfy(\.isEmpty), let finder else { return }
    for index in found.indices { found[index].read(isFinal: isFinal) }
    let untouched = Set(found.filter(\.isUntouched).map(\.source))
    let sight = finder.look(leaving: untouched.contains)
    (odd, omission) = (sight.odd, sight.omission)
    let known = Set(found.map(\.source))
    found = FoundMetrics.meeting(sight.sources, known: found, step: step)
    for index in found.indices where !known.contains(found[index].source) {
      found[index].read(isFinal: isFinal)
    }
    books = FoundMetrics.books(found)
  }

  /// All that is known, of earlier attempts too.
  var book: MetricBook {
    var book = earlier
    var taken: Set<String> = []
    for other in books {
      for series in other.series where taken.insert(series.name).inserted { book.append(series) }
      for scalar in other.scalars where taken.insert(scalar.name).inserted {
        book.recordScalar(scalar.name, scalar.value)
      }
    }
    return book
  }

  /// The metric that a person follows: the first of those required, or that is recorded.
  func progress(_ required: [String]) -> (name: String, step: Int, value: Double)? {
    let books = books
    let named = required.lazy.compactMap { name in books.lazy.compactMap { $0[name] }.first }.first
    guard let series = named ?? books.lazy.compactMap(\.series.first).first,
      let step = series.steps.last, let value = series.values.last
    else { return nil }
    return (series.name, step, value)
  }

  /// The curves so far.
  var curves: [Curve] { books.flatMap { $0.series.prefix(16).map(\.curve) } }

  /// The files and folders in which numbers were read.
  var readPaths: [String] { (written.map(\.source) + files.flatMap(\.existing)).map(\.path) }

  /// What the program has written of what is found.
  private var written: [FoundMetrics] { found.filter { !$0.isUntouched } }

  /// Where metrics were read, each as the end of a sentence that begins with "metrics".
  var places: [String] {
    let isDeclared = !(outputBook.isEmpty && declaredBooks.allSatisfy(\.book.isEmpty))
    let isFound = nativeBook.isEmpty && !isDeclared
    var places = isFound ? written.map { "found in \(place(of: $0.source))" } : []
    if !nativeBook.isEmpty { places.insert("read from $QUANTA_METRICS (JSON lines)", at: 0) }
    if isDeclared {
      if !patterns.isEmpty { places.append("read from the output, as declared") }
      places += files.flatMap(\.existing).map { "read from \(place(of: $0)), as declared" }
    }
    return books.allSatisfy(\.isEmpty) ? emptyPlaces : places
  }

  /// Where something lies in which no number was found, and why.
  private var emptyPlaces: [String] {
    let notes = notes
    func place(_ title: String, _ source: MetricSource) -> String {
      let why = notes.first { $0.contains(source.path) } ?? source.kind.expectation
      return "not found in \(title): \(why)"
    }
    let isThere = !FolderArchive.stamp(nativeSource.path).isEmpty
    let native = isThere ? [place("$QUANTA_METRICS (JSON lines)", nativeSource)] : []
    let read = (files.flatMap(\.existing) + written.map(\.source)).map { source in
      place(self.place(of: source), source)
    }
    let odd = odd.map { "not read from \(inFolder($0.path)), which is \($0.what)" }
    let old = found.filter(\.isUntouched).map { each in
      "not read from \(self.place(of: each.source)), which came with the code: it may be of another run. "
        + "Name it in .gitignore, or have the program write another one"
    }
    let output =
      patterns.isEmpty
      ? [] : ["not found in the output: no line has a number where \"metrics\" looks for it"]
    let absent = files.compactMap(\.absence).map { "not found in \($0)" }
    var told: Set<String> = []
    return (native + output + read + absent + odd.prefix(3) + old.sorted().prefix(3))
      .filter { told.insert($0).inserted }
  }

  private func place(of source: MetricSource) -> String {
    "\(inFolder(source.path)) (\(source.kind.title))"
  }

  private func inFolder(_ path: String) -> String {
    let folder = searched.map { $0 + "/" } ?? ""
    return printable(String(path.hasPrefix(folder) ? path.dropFirst(folder.count) : path[...]))
  }

  private var foundOverlap: String? {
    ([found] + files.map(\.found)).lazy.compactMap(FoundMetrics.overlap).first.map { name, path in
      "\(Self.shared(name)): the last by its path, such as \(printable(path)), counts from its first step on; "
        + "name the one that shall count as \"metrics\": {file: …}."
    }
  }

  private var disagreement: String? {
    FoundMetrics.disagreement(found).map { name, first, other in
      "\(Self.shared(name)), and \(printable(other)) tells other values than \(printable(first)), which counts: "
        + "name the one that shall count as \"metrics\": {file: …}."
    }
  }

  private var declaredOverlap: String? {
    var seen: [String: MetricBook.Series] = [:]
    for (path, book) in [("the output", outputBook)] + declaredBooks {
      for series in book.series {
        let other = seen.updateValue(series, forKey: series.name)
        guard let other, !other.isSame(series) else { continue }
        return
          "\(Self.shared(series.name)): the one that \"metrics\" names last, \(printable(path)), counts from "
          + "its first step on; give the columns names of their own."
      }
    }
    return nil
  }

  /// A sentence where nothing is left of what earlier attempts have recorded.
  private var beginning: String? {
    for series in books.flatMap(\.series) {
      guard let first = series.steps.first, let old = earlier[series.name]?.steps.first,
        first <= old
      else { continue }
      return
        "\u{201C}\(printable(series.name))\u{201D} begins anew at step \(first), and takes the place of what earlier "
        + "attempts have recorded: where the program goes on from a checkpoint, have it write its steps."
    }
    return nil
  }

  private static func shared(_ name: String) -> String {
    "Several files record \u{201C}\(printable(name))\u{201D}"
  }

  /// What was wrong with them.
  var notes: [String] {
    ([nativeBook, outputBook] + files.flatMap(\.found).map(\.book) + found.map(\.book))
      .flatMap(\.notes)
      + [foundOverlap, disagreement, declaredOverlap, omission, beginning].compactMap(\.self)
  }
}

extension MetricBook {
  /// Nothing was recorded.
  var isEmpty: Bool { series.isEmpty && scalars.isEmpty }
}

extension MetricBook.Series {
  /// As a result holds it.
  var curve: Curve {
    Curve(name: name, steps: steps, values: values.map { Float($0) })
  }
}

extension MetricBook {
  /// What a job records: of every series its last, least and greatest value, its best where rules say
  /// which that is, and the curve; and every value without a step by its own name.
  func result(best rules: [BestValue]) -> JobResult {
    var scalars: [JobResult.Scalar] = []
    var curves: [Curve] = []
    for series in series {
      guard let last = series.values.last else { continue }
      scalars.append(JobResult.Scalar("\(series.name).final", last))
      if let least = series.least {
        scalars.append(JobResult.Scalar("\(series.name).min", least.value))
      }
      if let greatest = series.greatest {
        scalars.append(JobResult.Scalar("\(series.name).max", greatest.value))
      }
      let best =
        switch BestValue.end(of: series.name, by: rules) {
        case .min: series.least
        case .max: series.greatest
        case nil: MetricBook.Series.Row?.none
        }
      if let best { scalars.append(JobResult.Scalar("\(series.name).best", best.value)) }
      curves.append(series.curve)
    }
    let taken = Set(scalars.map(\.name))
    scalars += self.scalars.lazy.filter { !taken.contains($0.name) }
      .map { JobResult.Scalar($0.name, $0.value) }
    return JobResult(scalars: scalars, curves: curves)
  }
}
