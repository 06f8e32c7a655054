import Analysis
import Basics
import Findings
import Fitting
import Foundation
import Operations
import Store
import SweepModel
import Tables

/// What `fit` and its relatives are asked about: a sweep of the store, or a table.
struct FitSubject {
  private let subject: String
  private let store: StoreOptions

  init(_ subject: String, store: StoreOptions) {
    self.subject = subject
    self.store = store
  }

  /// True for a file of points.
  var isTable: Bool { TableArgument.isTable(subject) }

  /// The fits that the options describe, or those of the sweep's file.
  func reports(_ request: FitOptions, _ extras: FitExtras? = nil) throws -> [FitReport] {
    try check(request, extras, mode: isTable ? .table : request.isAdHoc ? .sweep : .sweepFile)
    return isTable
      ? [try groups(request, extras).report(request.settings(extras))]
      : try sweepFits(request, extras)
  }

  /// Refuses options that would be ignored.
  func check(_ request: FitOptions, _ extras: FitExtras?, mode: FitMode) throws {
    if isTable, store.chosen != nil {
      throw CommandError(
        "--store is for sweeps, and \(subject) is a table", remedy: "leave it out")
    }
    try request.check(mode, extras)
    if request.isAdHoc, mode != .isoflop { try extras?.check(request.form) }
  }

  /// The store; a slip in a file's name is said as one.
  private func reader() throws -> StoreReader {
    do {
      return try store.reader(about: subject)
    } catch {
      let url = URL(fileURLWithPath: subject)
      let names = try? FileManager.default.contentsOfDirectory(
        atPath: url.deletingLastPathComponent().path)
      guard !FileManager.default.fileExists(atPath: subject),
        let near = NearestWord.of(url.lastPathComponent, in: names?.sorted() ?? [])
      else { throw error }
      throw CommandError(
        "there is neither a file nor a sweep called \(printable(subject))",
        remedy: "did you mean \(printable(near))?")
    }
  }

  private func sweepFits(_ request: FitOptions, _ extras: FitExtras?) throws -> [FitReport] {
    let reader = try reader()
    let results = try SweepResults(
      SweepArgument.record(subject, in: reader, note: Console.error), reader: reader)
    if !results.hasResults {
      Console.error(
        "no job of \(results.record.name) is done yet: `quanta resume \(results.record.name)` runs it"
      )
    }
    if let adHoc = try request.request(isTable: false) {
      let report = try results.analysis(request.settings(extras)).report(
        adHoc, records: results.jobs)
      for group in report.groups where group.fit == nil {
        try adHoc.checkPool(group.points.map(\.x).max())
      }
      return [report]
    }
    guard results.hasFits else {
      throw CommandError(
        "the sweep \(results.record.name) asks for no fits",
        remedy: "give --x and --y, such as "
          + (NextSteps.axes(of: results).map { "--x \($0.x) --y \($0.y)" }
            ?? "--x parameters --y loss.final"))
    }
    let hasFrontier = results.record.fits.contains { $0.form.hasFrontier }
    guard hasFrontier || extras?.flops.isEmpty != false else {
      throw CommandError(
        "--flops goes with the forms chinchilla and chinchilla-tied, and no fit of "
          + "\(results.record.name) has one", remedy: "leave it out")
    }
    return try results.fits(request.settings(extras))
  }

  /// The table's rows as the options group them.
  func groups(_ request: FitOptions, _ extras: FitExtras? = nil) throws -> TableGroups {
    try extras?.check(request.form)
    let table = try table(request)
    guard let adHoc = try request.named(by: table).request(isTable: true) else {
      let columns = table.header.prefix(20).joined(separator: ", ")
      throw CommandError(
        "a table needs --x and --y", remedy: "name two of its columns: \(columns)")
    }
    let groups = try TableGroups(of: request.table(adHoc), over: table)
    try adHoc.checkPool(groups.greatestX)
    return groups
  }

  /// The rows of the table, with the columns that the options compute.
  func table(_ request: FitOptions) throws -> Table {
    let table = try request.reading.read(subject, matrix: request.y)
    try request.filters().tellAbsent(in: table)
    return table
  }
}

extension FitRequest {
  /// Refuses a number of quanta that some x reaches.
  func checkPool(_ greatest: Double?) throws {
    guard form == .quanta, let pool = held["K"], let greatest, greatest >= pool else { return }
    throw CommandError(
      "the number of quanta K = \(pool.printable) is held at no more than the greatest \(x), "
        + "\(greatest.printable)", remedy: "give --k a number above every \(x), or leave it out")
  }
}
