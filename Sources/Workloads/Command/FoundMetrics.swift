import Basics
import Metrics

/// What one file or folder tells that was found where a program runs.
struct FoundMetrics {
  let kind: MetricKind
  let path: String
  /// What its names begin with, given what else lies there now.
  var prefix: String
  private let isOfParameters: Bool
  private var reader: any MetricReader
  private(set) var book = MetricBook()

  init(_ source: MetricSource, step: String?) {
    (kind, path, prefix) = (source.kind, source.path, source.prefix)
    isOfParameters = source.kind == .tensorboard && MetricFinder.isOfParameters(source.path)
    reader = MetricSource(kind: source.kind, path: source.path).reader(step: step)
  }

  /// Where it is, whatever its names begin with.
  var source: MetricSource { MetricSource(kind: kind, path: path) }

  mutating func read(isFinal: Bool) { reader.read(into: &book, isFinal: isFinal) }

  /// The book of each kind of source, which depends on nothing but what the files hold and how they are
  /// called: of several that record a name, the rows of the later one, by its path, take the place of others
  /// from their first step on, as those of a trainer's next checkpoint do. Tools of several kinds that record a
  /// name tell the same.
  static func books(_ found: [FoundMetrics]) -> [MetricBook] {
    var kinds: [MetricKind] = []
    for each in found where !kinds.contains(each.kind) { kinds.append(each.kind) }
    return kinds.map { kind in
      let own = found.filter { $0.kind == kind && !$0.isOfParameters }
      var book = own.first?.named ?? MetricBook()
      for other in own.dropFirst().map(\.named) {
        for series in other.series { book.append(series) }
        for scalar in other.scalars { book.recordScalar(scalar.name, scalar.value) }
      }
      // What `add_hparams` writes beside a run's curves is one number each.
      for other in found where other.kind == kind && other.isOfParameters {
        for series in other.named.series where book[series.name] == nil {
          if let value = series.values.last { book.recordScalar(series.name, value) }
        }
      }
      return book
    }
  }

  private var named: MetricBook { prefix.isEmpty ? book : book.named { prefix + $0 } }

  /// A sentence where several files record one name.
  static func overlap(_ found: [FoundMetrics]) -> String? {
    var seen: Set<String> = []
    for each in found where !each.isOfParameters && each.kind != .trainerState {
      for series in each.named.series where !seen.insert("\(each.kind) \(series.name)").inserted {
        return
          "Several files record \u{201C}\(printable(series.name))\u{201D}: the last by its path, such as "
          + "\(printable(each.path)), counts from its first step on; name the one that shall count as "
          + "\"metrics\": {file: …}."
      }
    }
    return nil
  }
}
