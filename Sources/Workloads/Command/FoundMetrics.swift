import Basics
import Metrics

/// What one file or folder tells that was found where a program runs.
struct FoundMetrics {
  let source: MetricSource
  private var reader: any MetricReader
  private(set) var book = MetricBook()

  init(_ source: MetricSource, step: String?) {
    self.source = source
    reader = source.reader(step: step)
  }

  mutating func read(isFinal: Bool) { reader.read(into: &book, isFinal: isFinal) }

  /// The books of all, in which no name means two things: where several sources of one kind record a name
  /// and do not tell the same of it, such as `train/metrics.csv` and `test/metrics.csv`, it begins in each with
  /// what tells their paths apart. Tools of several kinds that record a name tell the same.
  static func books(_ found: [FoundMetrics]) -> [MetricBook] { sorted(found).books }

  /// A sentence where names had to be told apart.
  static func overlaps(_ found: [FoundMetrics]) -> [String] {
    sorted(found).apart.values.compactMap { $0.min() }.sorted().prefix(1).map { name in
      "Several files record \u{201C}\(printable(name))\u{201D}: each one's name begins with what tells the files apart."
    }
  }

  private static func sorted(
    _ found: [FoundMetrics]
  ) -> (books: [MetricBook], apart: [MetricKind: Set<String>]) {
    var books = found.map(\.book)
    var apart: [MetricKind: Set<String>] = [:]
    for (kind, places) in Dictionary(grouping: found.indices, by: { found[$0].source.kind })
    where places.count > 1 {
      var owners: [String: [Int]] = [:]
      for place in places {
        for name in books[place].series.map(\.name) + books[place].scalars.map(\.name) {
          owners[name, default: []].append(place)
        }
      }
      for (name, all) in owners where all.count > 1 {
        let series = all.compactMap { found[$0].book[name] }
        if kind == .trainerState {
          // Every checkpoint of a trainer's has the whole history up to it.
          for later in series.dropFirst() { books[all[0]].append(later) }
          for value in all.dropFirst().compactMap({ found[$0].book.scalar(name) }) {
            books[all[0]].recordScalar(name, value)
          }
        } else if areAlike(series), Set(all.compactMap { found[$0].book.scalar(name) }).count < 2 {
          let longest = series.max { $0.steps.count < $1.steps.count }
          if let longest { books[all[0]].append(longest) }
        } else {
          apart[kind, default: []].insert(name)
        }
      }
    }
    guard !apart.isEmpty else { return (books, apart) }
    let titles = titles(of: found.map(\.source.path))
    for (place, title) in titles.enumerated() {
      let names = apart[found[place].source.kind] ?? []
      guard !names.isEmpty else { continue }
      books[place] = books[place].named { names.contains($0) ? "\(title)/\($0)" : $0 }
    }
    return (books, apart)
  }

  /// True where series have steps in common and the same values there.
  private static func areAlike(_ series: [MetricBook.Series]) -> Bool {
    guard let longest = series.max(by: { $0.steps.count < $1.steps.count }) else { return true }
    let known = Dictionary(uniqueKeysWithValues: zip(longest.steps, longest.values))
    return series.allSatisfy { one in
      let common = zip(one.steps, one.values).compactMap { step, value in
        known[step].map { $0 == value || $0.isNaN && value.isNaN }
      }
      return !common.isEmpty && common.allSatisfy { $0 }
    }
  }

  /// What tells paths apart: their parts without those that all begin or end with.
  static func titles(of paths: [String]) -> [String] {
    var parts = paths.map { path -> [Substring] in
      var parts = path.split(separator: "/")
      if let last = parts.last, let dot = last.lastIndex(of: "."), dot > last.startIndex {
        parts[parts.count - 1] = last[..<dot]
      }
      return parts
    }
    func trim(_ end: ([Substring]) -> Substring?, _ drop: (inout [Substring]) -> Void) {
      while parts.allSatisfy({ $0.count > 1 }), let first = parts.first.flatMap(end),
        parts.allSatisfy({ end($0) == first })
      {
        for index in parts.indices { drop(&parts[index]) }
      }
    }
    trim(\.last) { $0.removeLast() }
    trim(\.first) { $0.removeFirst() }
    return parts.map { $0.joined(separator: "/") }
  }
}
