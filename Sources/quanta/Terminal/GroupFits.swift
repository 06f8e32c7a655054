import Analysis
import Basics
import Findings
import Foundation
import Reports
import SweepModel
import Tables

/// Fits of many groups, written as they are made.
struct GroupFits {
  /// Where they go.
  enum Target: Equatable {
    /// A file of rows, by its ending .csv, .jsonl or .ndjson.
    case file(String)
    /// A table on standard output.
    case table
    /// `{"groups": […]}` on standard output.
    case json

    /// The file that an option names; nil for a folder.
    init?(file: String?) {
      guard let file else { return nil }
      let ending = (file as NSString).pathExtension.lowercased()
      guard ["csv", "jsonl", "ndjson"].contains(ending) else { return nil }
      self = .file(file)
    }
  }

  let groups: TableGroups
  let settings: FitSettings

  /// Fits and writes; what is said of all groups together goes to standard output, or beside JSON to
  /// standard error.
  func write(to target: Target) throws -> GroupTally {
    let settings = groups.settings(settings)
    let tally: GroupTally
    switch target {
    case .file(let path): tally = try writeFile(path, settings)
    case .table: tally = try printTable(settings)
    case .json: tally = try printJSON(settings)
    }
    for line in tally.lines {
      if target == .table { Console.print("  \(line)") } else { Console.error(line) }
    }
    if groups.areMany, self.settings.selects {
      Console.error(
        "of more than \(TableGroups.comparedLimit) groups the fits are not compared with other forms: "
          + "`--where` takes some of them")
    }
    if case .file(let path) = target { Console.print(path) }
    return tally
  }

  private func stream<Row: Sendable>(
    _ settings: FitSettings, make: @escaping @Sendable (FitGroup) -> Row,
    take: ([Row], ProgressLine?) throws -> Void
  ) throws -> GroupTally {
    var tally = GroupTally()
    let count = groups.count
    try ProgressLine.during("fitting \(counted(count, "group"))") { line in
      try groups.stream(
        settings, make: { (make($0), GroupTally.Entry($0)) },
        take: { range, rows in
          line?.say("\(range.upperBound) of \(counted(count, "group")) fitted")
          try take(rows.map(\.0), line)
          for row in rows { tally.add(row.1) }
        })
    }
    return tally
  }

  private func writeFile(_ path: String, _ settings: FitSettings) throws -> GroupTally {
    let rows = GroupRows(groups.fit.request)
    let isCSV = path.lowercased().hasSuffix(".csv")
    let file = try PartFile(path)
    if isCSV { try file.write(rows.header) }
    let tally = try stream(
      settings, make: { isCSV ? rows.csv($0) : rows.json($0) },
      take: { lines, _ in try file.write(lines.joined()) })
    try file.finish()
    return tally
  }

  private func printTable(_ settings: FitSettings) throws -> GroupTally {
    let frame = FitReport(source: groups.table.origin, request: groups.fit.request, groups: [])
    var table = GroupTable(frame)
    Console.print(table.heading)
    return try stream(
      settings, make: { GroupTable.cells($0, of: frame) },
      take: { rows, line in
        line?.clear()
        Console.write(table.lines(rows), to: .standardOutput)
      })
  }

  private func printJSON(_ settings: FitSettings) throws -> GroupTally {
    let (source, request) = (groups.table.origin, groups.fit.request)
    var isFirst = true
    Console.write("{\"groups\": [", to: .standardOutput)
    let tally = try stream(
      settings,
      make: { group in
        try? jsonText(
          JSONFit.all(FitReport(source: source, request: request, groups: [group]))[0],
          isPretty: false)
      },
      take: { documents, line in
        line?.clear()
        for document in documents.compactMap(\.self) {
          Console.write(
            (isFirst ? "\n" : ",\n") + TerminalText.escaped(document), to: .standardOutput)
          isFirst = false
        }
      })
    Console.write("\n]}\n", to: .standardOutput)
    return tally
  }
}

/// A file that is there when it is whole.
private final class PartFile {
  private let path: String
  private let part: String
  private let handle: FileHandle

  init(_ path: String) throws {
    self.path = path
    part = "\(path).part"
    guard FileManager.default.createFile(atPath: part, contents: nil),
      let handle = FileHandle(forWritingAtPath: part)
    else {
      throw CommandError(
        "\(path) cannot be written", remedy: "does its folder exist, and may you write there?")
    }
    self.handle = handle
  }

  deinit { try? FileManager.default.removeItem(atPath: part) }

  func write(_ text: String) throws {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      throw CommandError("\(path) cannot be written: \(error.localizedDescription)")
    }
  }

  func finish() throws {
    try handle.close()
    guard rename(part, path) == 0 else {
      throw CommandError("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }
}
