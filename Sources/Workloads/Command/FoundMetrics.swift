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

  /// The books of all, in which no name means two things: where several sources of one kind record a name,
  /// such as `train/metrics.csv` and `test/metrics.csv`, it begins in each with what tells their paths apart.
  /// Tools of several kinds that record a name tell the same.
  static func books(_ found: [FoundMetrics]) -> [MetricBook] {
    let shared = sharedNames(found)
    guard !shared.isEmpty else { return found.map(\.book) }
    let titles = titles(of: found.map(\.source.path))
    return zip(found, titles).map { each, title in
      let names = shared[each.source.kind] ?? []
      return names.isEmpty
        ? each.book : each.book.named { names.contains($0) ? "\(title)/\($0)" : $0 }
    }
  }

  /// A sentence where names had to be told apart.
  static func overlaps(_ found: [FoundMetrics]) -> [String] {
    sharedNames(found).values.compactMap { $0.min() }.sorted().prefix(1).map { name in
      "Several files record \u{201C}\(printable(name))\u{201D}: each one's name begins with what tells the files apart."
    }
  }

  /// Of each kind the names that several of its sources record.
  private static func sharedNames(_ found: [FoundMetrics]) -> [MetricKind: Set<String>] {
    guard found.count > 1 else { return [:] }
    var shared: [MetricKind: Set<String>] = [:]
    for (kind, sources) in Dictionary(grouping: found, by: \.source.kind) where sources.count > 1 {
      var seen: Set<String> = []
      for source in sources {
        for name in source.book.series.map(\.name) + source.book.scalars.map(\.name) {
          if !seen.insert(name).inserted { shared[kind, default: []].insert(name) }
        }
      }
    }
    return shared
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
