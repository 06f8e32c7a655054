import Basics
import Metrics
import SweepFiles
import SweepModel
import Tables

/// Runs that programs have written themselves: a table of steps each, CSV or JSON lines. What a run's
/// parameters are says its path, or a file of settings beside it.
struct FileRuns: RunSource {
  let tool = "files of steps"

  private let runs: [StepFiles.Run]
  private let map: ImportMap
  private let parameters: Set<String>
  /// Tables that end within a line, where others do not.
  private let cut: Set<String>

  var count: Int { runs.count }

  init(_ runs: [StepFiles.Run], map: ImportMap, parameters: Set<String>) {
    self.runs = runs
    self.map = map
    self.parameters = parameters
    let tables = runs.flatMap(\.tables)
    let open = tables.filter(CappedFile.endsOpen)
    cut = open.count < tables.count ? Set(open) : []
  }

  func run(_ index: Int) -> FoundRun {
    let files = runs[index]
    var run = FoundRun(name: files.name)
    run.words = Self.words(files.name)
    run.isPath = true
    for path in files.settings {
      let (settings, problem) = SettingsFile.read(path)
      run.files.append(path)
      run.fields += settings.map { FoundRun.Field($0.name, $0.value.text) }
      if let problem { run.damage.append(problem) }
    }
    for path in files.tables {
      do throws(TableError) {
        let table = try Table(path: path)
        try table.checkNames()
        let source = try TableRuns(table, path: path, map: map, parameters: parameters)
        guard source.count > 0 else {
          run.damage.append("\(printable(path)) holds no row yet")
          run.files.append(path)
          continue
        }
        run.add(source.run(0), prefix: files.tables.count > 1 ? StepFiles.prefix(path) : "")
        if source.count > 1 {
          run.damage.append(
            "\(printable(path)) holds several rows of one step: name the column that tells runs apart "
              + "(table: {run: …}) in a map")
        }
      } catch {
        run.damage.append(error.description)
      }
      if cut.contains(path) {
        run.damage.append(
          "\(printable(path)) ends within a line, others do not: it was cut off, or end its last line"
        )
      }
      run.files.append(path)
    }
    return run
  }

  /// The names of a path's folders and of its file, without its ending.
  static func words(_ path: String) -> [String] {
    var words = path.split(separator: "/").map(String.init)
    if let last = words.last, let dot = last.lastIndex(of: "."), dot != last.startIndex,
      StepFiles.endings.contains(String(last[last.index(after: dot)...]))
    {
      words[words.count - 1] = String(last[..<dot])
    }
    return words
  }
}

extension FoundRun {
  /// Adds what a table of this run holds.
  fileprivate mutating func add(_ part: FoundRun, prefix: String) {
    fields += part.fields
    columns.formUnion(part.columns)
    varying.formUnion(part.varying)
    let known = Dictionary(series.map { ($0.name, $0) }) { first, _ in first }
    for line in part.series {
      let own = Series(prefix + line.name, steps: line.steps, values: line.values)
      guard let other = known[own.name] else {
        series.append(own)
        continue
      }
      guard
        other.steps != own.steps || other.values.map(\.bitPattern) != own.values.map(\.bitPattern)
      else { continue }
      damage.append(
        "\(printable(name)) has several tables with \(printable(own.name)), and not the same of it: import the "
          + "one that counts by its own path")
    }
    scalars += part.scalars.map { JobResult.Scalar(prefix + $0.name, $0.value) }
    for (name, words) in part.unreadable { unreadable[prefix + name] = words }
    asides.formUnion(part.asides.map { prefix + $0 })
    damage += part.damage
    if part.state != .unknown { state = part.state }
  }
}
