import Basics
import Metrics
import Posix
import SweepFiles
import SweepModel
import Tables

/// The jobs of GNU parallel: a joblog, with what `--results` kept of their output.
struct ParallelRuns: RunSource {
  let tool = "GNU parallel"

  /// What the first line of a joblog is.
  static let header = [
    "Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command",
  ]

  /// The columns of numbers.
  private static let numbers = ["Starttime", "JobRuntime", "Exitval", "Signal"]

  /// The most bytes of an output.
  private static let outputLimit = 256 << 20

  /// Where a job's output is.
  private enum Output {
    case none
    case file(String)
    case text(String)
  }

  private struct Row {
    let name: String
    let files: [String]
    let seq: String
    var fields: [FoundRun.Field] = []
    var command = ""
    var host = ""
    var start: Double?
    var seconds: Double?
    /// Exit status and signal; nil where the joblog does not have the job.
    var ending: (status: String, signal: String)?
    var output = Output.none
    var damage: String?
  }

  private var rows: [Row] = []
  private let patterns: [OutputPattern]

  var count: Int { rows.count }

  /// Reads joblogs and result folders that belong together, by the jobs' numbers.
  ///
  /// - Parameter logs: Joblogs by their paths.
  /// - Parameter tables: What `--results` wrote as a table.
  init(
    logs: [(path: String, bytes: [UInt8])], tables: [(path: String, table: Table)],
    folders: [ResultsFolder], map: ImportMap
  ) throws(ImportError) {
    patterns = try map.output.map { output throws(ImportError) in
      do throws(OutputPatternError) {
        return try OutputPattern(output.text, name: nil)
      } catch {
        throw ImportError("\(output.place): \"output\": \(error)")
      }
    }
    for log in logs { rows += Self.last(Self.rows(of: log.bytes, log.path)) }
    for (path, table) in tables { rows += Self.last(Self.rows(of: table, path)) }
    let isLogged = !rows.isEmpty
    let places = Dictionary(
      zip(rows.map(\.seq), rows.indices), uniquingKeysWith: { first, _ in first })
    for leaf in folders.flatMap(\.leaves) {
      if let place = places[leaf.seq], isLogged {
        rows[place].fields += leaf.fields
        rows[place].output = .file("\(leaf.path)/stdout")
        continue
      }
      var row = Row(name: leaf.path, files: [], seq: leaf.seq)
      row.fields = leaf.fields
      row.output = .file("\(leaf.path)/stdout")
      row.damage = isLogged ? "the joblog does not have it: it has not ended" : nil
      rows.append(row)
    }
  }

  /// Of the tries at one job the last counts, at the place of the first.
  private static func last(_ rows: [Row]) -> [Row] {
    var places: [[String]: Int] = [:]
    var result: [Row] = []
    for row in rows {
      let key = [row.seq, row.command, row.damage ?? ""]
      if let place = places[key] {
        result[place] = row
      } else {
        places[key] = result.count
        result.append(row)
      }
    }
    return result
  }

  private static func rows(of bytes: [UInt8], _ path: String) -> [Row] {
    var rows: [Row] = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated().dropFirst() where !line.isEmpty
    {
      let fields = line.split(
        separator: 0x09, maxSplits: header.count - 1, omittingEmptySubsequences: false
      ).map { String(decoding: $0, as: UTF8.self) }
      // A log that others append to has its header again and again.
      if fields == header { continue }
      var row = Row(name: "\(path):\(number + 1)", files: [path], seq: fields[0].trimmed)
      if fields.count == header.count {
        row.damage = damage(fields, path, line: number + 1)
        row.host = fields[1]
        row.start = Double(fields[2].trimmed)
        row.seconds = Double(fields[3].trimmed)
        row.ending = (fields[6].trimmed, fields[7].trimmed)
        row.command = fields[8]
      } else {
        row.damage = "the line is no line of a joblog, or its end is missing"
      }
      rows.append(row)
    }
    return rows
  }

  /// Which field of a joblog's line is no number.
  private static func damage(_ fields: [String], _ path: String, line: Int) -> String? {
    zip(header.indices, header).first { column, name in
      numbers.contains(name) && Double(fields[column].trimmed) == nil
    }.map { column, name in
      let before = fields[..<column].reduce(0) { $0 + $1.unicodeScalars.count + 1 }
      return TableError.noNumber(
        fields[column], column: name, origin: path,
        place: TableError.Place(line: line, column: before + 1)
      ).description
    }
  }

  private static func rows(of table: Table, _ path: String) -> [Row] {
    func text(_ row: Int, _ name: String) -> String {
      table.header.firstIndex(of: name).map { table.text(row, $0) } ?? ""
    }
    return (0..<table.rowCount).map { number in
      var row = Row(
        name: "\(path):\(table.line(number) ?? number)", files: [path], seq: text(number, "Seq"))
      row.host = text(number, "Host")
      row.start = Double(text(number, "Starttime"))
      row.seconds = Double(text(number, "JobRuntime"))
      row.ending = (text(number, "Exitval"), text(number, "Signal"))
      row.command = text(number, "Command")
      row.output = .text(text(number, "Stdout"))
      let odd = table.header.indices.first { column in
        guard numbers.contains(table.header[column]) else { return false }
        if case .number = table.reading(number, column) { return false }
        return true
      }
      row.damage = odd.map { table.noNumber(number, $0).description }
      return row
    }
  }

  func run(_ index: Int) -> FoundRun {
    let row = rows[index]
    var run = FoundRun(name: row.name)
    run.files = row.files
    run.words = CommandFields.words(row.command)
    run.fields = CommandFields.fields(run.words) + row.fields
    // The numbers of its arguments, which are in its command line, too.
    if !run.words.isEmpty {
      run.varying = Set(row.fields.lazy.map(\.name).filter { Int($0) != nil })
    }
    run.hostname = row.host == ":" ? "" : row.host
    run.startedAt = row.start
    if let start = row.start, let seconds = row.seconds { run.endedAt = start + seconds }
    if let seconds = row.seconds { run.scalars.append(.init("JobRuntime", seconds)) }
    run.toolsOwn = ["JobRuntime"]
    if let damage = row.damage { run.damage.append(damage) }
    if row.command.utf8.count > CommandFields.limit {
      run.damage.append(
        "its command line is longer than \(CommandFields.limit >> 10) KiB, the most that is read")
    }
    switch row.ending {
    case nil: break
    case ("0", "0")?: run.state = .finished
    case (let status, let signal)?:
      run.state =
        signal == "0"
        ? .unfinished("it ended with status \(printable(status))", word: status)
        : .unfinished("signal \(printable(signal)) ended it", word: status)
    }
    readOutput(row.output, &run)
    return run
  }

  private func readOutput(_ output: Output, _ run: inout FoundRun) {
    switch output {
    case .none: return
    case .text(let text): read(Array(text.utf8), into: &run)
    case .file(let path):
      run.files.append(path)
      guard !patterns.isEmpty else { return }
      do throws(ImportError) {
        read(try CappedFile.read(path, limit: Self.outputLimit), into: &run)
      } catch {
        run.damage.append(error.description)
      }
    }
  }

  private func read(_ bytes: [UInt8], into run: inout FoundRun) {
    var book = MetricBook()
    for var pattern in patterns { pattern.read(bytes, into: &book, isFinal: true) }
    run.take(book)
  }
}

/// What `parallel --results DIR` writes: `DIR/NAME/VALUE/…/{seq,stdout,stderr}`.
struct ResultsFolder {
  /// The folder of one job.
  struct Leaf {
    let path: String
    let seq: String
    let fields: [FoundRun.Field]
  }

  /// The most folders and levels that are looked at.
  private static let maximum = (folders: 1_000_000, depth: 64)

  /// The jobs' folders, in the order of their numbers.
  let leaves: [Leaf]

  /// Nil for a folder that holds no job's.
  init?(_ root: String) {
    var found: [Leaf] = []
    var waiting: [(path: String, parts: [String])] = [(root, [])]
    var seen = 0
    while let (path, parts) = waiting.popLast(), seen < Self.maximum.folders {
      seen += 1
      let names = Descriptor.names(in: path)
      if names.contains("stdout"), names.contains("seq"), parts.count.isMultiple(of: 2) {
        let seq = (try? CappedFile.read("\(path)/seq", limit: 64)) ?? []
        let number = String(decoding: seq.prefix { $0 > 0x20 }, as: UTF8.self)
        let fields = stride(from: 0, to: parts.count, by: 2).map {
          FoundRun.Field(Self.decoded(parts[$0]), Self.decoded(parts[$0 + 1]))
        }
        found.append(Leaf(path: path, seq: number, fields: fields))
        continue
      }
      guard parts.count < Self.maximum.depth else { continue }
      for name in names where CappedFile.isFolder("\(path)/\(name)", followingLinks: false) {
        waiting.append(("\(path)/\(name)", parts + [name]))
      }
    }
    guard !found.isEmpty else { return nil }
    leaves = found.sorted { left, right in
      (Int(left.seq) ?? .max, left.path) < (Int(right.seq) ?? .max, right.path)
    }
  }

  /// A name of a folder as what it stands for: GNU parallel writes `\_` for a slash.
  private static func decoded(_ name: String) -> String {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in name.utf8 {
      if isEscaped {
        switch byte {
        case UInt8(ascii: "_"): result.append(0x2F)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "0"): result.append(0)
        default: result.append(byte)
        }
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
