import Glibc
import Posix

/// What one file or folder tells that was found where a program runs.
public struct FoundMetrics {
  /// What it is.
  let kind: MetricKind
  /// Where it lies.
  public let path: String
  /// What its names begin with, given what else lies there now.
  var prefix: String
  private let isOfParameters: Bool
  private var reader: any MetricReader
  /// Its stamp before the program began; nil where it was not there. What it held then is none of the
  /// program's doing.
  private let old: [Int]?
  /// What was read, under its own names.
  public private(set) var book = MetricBook()

  init(_ source: MetricSource, step: String?, isEnded: Bool = false, isOld: Bool = false) {
    (kind, path, prefix) = (source.kind, source.path, source.prefix)
    isOfParameters = source.kind == .tensorboard && MetricFinder.isOfParameters(source.path)
    reader =
      isEnded && source.kind == .mlflowFolder
      ? MLflowFolderReader(path: source.path, prefix: "", isEnded: true)
      : source.bare.reader(step: step)
    guard isOld else {
      old = nil
      return
    }
    let isFile = RegularFile.isOne(source.path)
    if isFile { FolderArchive.age(source.path) }
    old = isFile ? FolderArchive.stamp(source.path) : []
    var before = MetricBook()
    let size = ((try? RegularFile.open(source.path)) ?? nil).map { Int($0.status.st_size) } ?? 0
    for _ in 0...(size / GrowingFile.lookSize) { reader.read(into: &before, isFinal: false) }
  }

  /// What lies there before the program begins: only what comes later is read of it, or all of it where it is
  /// written anew.
  public static func old(_ sources: [MetricSource], step: String?) -> [FoundMetrics] {
    sources.map { FoundMetrics($0, step: step, isOld: true) }
  }

  /// It was there before the program began, which has not written to it.
  public var isUntouched: Bool {
    guard let old else { return false }
    return RegularFile.isOne(path)
      ? old == FolderArchive.stamp(path) : book.series.isEmpty && book.scalars.isEmpty
  }

  /// Where it is, whatever its names begin with.
  public var source: MetricSource { MetricSource(kind: kind, path: path) }

  /// What is read of these sources from now on, in their order, after what is known and there no more.
  public static func meeting(
    _ sources: [MetricSource], known: [FoundMetrics], step: String?
  ) -> [FoundMetrics] {
    var known = known
    var there: [FoundMetrics] = []
    for source in sources {
      if let place = known.firstIndex(where: { $0.source == source.bare }) {
        var each = known.remove(at: place)
        each.prefix = source.prefix
        there.append(each)
      } else {
        there.append(FoundMetrics(source, step: step))
      }
    }
    return known + there
  }

  /// Reads on.
  public mutating func read(isFinal: Bool) {
    if let old, !old.isEmpty, isUntouched { return }
    reader.read(into: &book, isFinal: isFinal)
  }

  /// The book of each kind of source, which depends on nothing but what the files hold and how they are
  /// called: of several that record a name, the rows of the later one, by its path, take the place of others
  /// from their first step on, as those of a trainer's next checkpoint do. Of several kinds that record a
  /// name the first counts: they tell the same, or ``disagreement(_:)`` names them.
  public static func books(_ found: [FoundMetrics]) -> [MetricBook] {
    var kinds: [MetricKind] = []
    for each in found where !kinds.contains(each.kind) { kinds.append(each.kind) }
    return kinds.map { kind in
      let own = found.filter { $0.kind == kind }
      var book = joined(own.filter { !$0.isOfParameters })
      // What `add_hparams` writes beside a run's curves is one number each.
      for other in own where other.isOfParameters {
        for series in other.named.series where book[series.name] == nil {
          if let value = series.values.last { book.recordScalar(series.name, value) }
        }
      }
      return book
    }
  }

  /// The book of what several parts record: of a name that some share the rows of the later one count from
  /// its first step on.
  private static func joined(_ parts: [FoundMetrics]) -> MetricBook { joined(parts.map(\.named)) }

  /// As what several parts record.
  public static func joined(_ books: [MetricBook]) -> MetricBook {
    var book = books.first ?? MetricBook()
    for other in books.dropFirst() {
      for series in other.series { book.append(series) }
      for scalar in other.scalars { book.recordScalar(scalar.name, scalar.value) }
    }
    return book
  }

  private var named: MetricBook { prefix.isEmpty ? book : book.named { prefix + $0 } }

  /// A name that several files record, and not the same of it, with the last of them by its path.
  public static func overlap(_ found: [FoundMetrics]) -> (name: String, path: String)? {
    var seen: [String: MetricBook.Series] = [:]
    var numbers: [String: Double] = [:]
    var last: (name: String, path: String)?
    for each in found where !each.isOfParameters && each.kind != .trainerState {
      let book = each.named
      for series in book.series {
        let other = seen.updateValue(series, forKey: "\(each.kind) \(series.name)")
        if let other, !other.isSame(series), last == nil || last?.name == series.name {
          last = (series.name, each.path)
        }
      }
      for scalar in book.scalars {
        let other = numbers.updateValue(scalar.value, forKey: "\(each.kind) \(scalar.name)")
        if let other, other.bitPattern != scalar.value.bitPattern,
          last == nil || last?.name == scalar.name
        {
          last = (scalar.name, each.path)
        }
      }
    }
    return last
  }

  /// A name that files of several kinds record and of which they tell different things, with the file that
  /// counts and one that does not.
  public static func disagreement(
    _ found: [FoundMetrics]
  ) -> (name: String, counts: String, other: String)? {
    var seen: [String: (series: MetricBook.Series, part: FoundMetrics)] = [:]
    for each in found where !each.isOfParameters {
      for series in each.named.series {
        guard let first = seen[series.name] else {
          seen[series.name] = (series, each)
          continue
        }
        if first.part.kind != each.kind, !first.series.agrees(series) {
          return (series.name, first.part.path, each.path)
        }
      }
    }
    return nil
  }
}
