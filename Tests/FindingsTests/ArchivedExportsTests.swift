import Analysis
import Fitting
import Foundation
import LabSupport
import Reports
import Store
import Testing

@testable import Findings

/// Stores of every schema version (`Tests/Corpus/store/vN`): what is exported of them stays the same
/// text.
///
/// Those of 4 to 6 were made by the programs of that time, and the texts are what these exported, but
/// for the word `failed`, which was `setAside` once. Those of 1 to 3 were written by that time's Store,
/// with the results of 5; the texts are what 5 exports of them.
@Suite struct ArchivedExportsTests {
  private static let versions = ArchivedStore.versions

  /// The sweeps and curves of a version, as files with what they are exports of.
  private static func exports(_ version: Int) -> [(file: String, sweep: String, curve: String?)] {
    let runs = ["widths", "endings", "long"] + (version >= 4 ? ["pictures"] : [])
    return runs.map { (name: String) in ("\(name).runs.csv", name, nil) }
      + ["loss", "loss.subtasks"].map { (curve: String) in
        ("widths.\(curve).csv", "widths", curve)
      }
  }

  /// Runs `body` on the store of a version, brought up to date.
  private func withStore(_ version: Int, _ body: (StoreReader) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "quanta-archived-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ArchivedStore(version: version).unpack(to: folder)
    try LedgerStore.open(at: folder + "/quanta-store", now: 0).close()
    try body(StoreReader.open(at: folder + "/quanta-store"))
  }

  @Test(arguments: versions)
  func exports_ofAStoreOfEveryVersion_areTheTextOfThatTime(version: Int) throws {
    try withStore(version) { reader in
      for (file, sweep, curve) in Self.exports(version) {
        var export = ""
        if let curve {
          let results = try SweepResults(reader.sweep(named: sweep), reader: reader)
          try CurvesExport(results: results, curve: curve).write(asJSON: false) { export += $0 }
        } else {
          try RunsExport(reader: reader, sweep: sweep).write(asJSON: false) { export += $0 }
        }
        expectContinuation(of: try ArchivedStore(version: version).text(file), export, file)
      }
    }
  }

  @Test func export_ofACurveThatNoJobHas_writesNothing() throws {
    try withStore(Self.versions.max() ?? 0) { reader in
      let results = try SweepResults(reader.sweep(named: "widths"), reader: reader)
      var export = ""
      #expect(throws: CommandError.self) {
        try CurvesExport(results: results, curve: "nope").write(asJSON: false) { export += $0 }
      }
      #expect(export.isEmpty)
    }
  }

  /// Estimates of a fit; its interval may be told better by a later version.
  @Test(arguments: versions)
  func fits_ofAStoreOfEveryVersion_areThoseOfThatTime(version: Int) throws {
    try withStore(version) { reader in
      for sweep in ["widths", "endings"] {
        let today = rows(
          FitExport.parameters(
            try SweepResults(reader.sweep(named: sweep), reader: reader)
              .fits(FitSettings(uncertainty: .asymptotic))))
        let then = rows(try ArchivedStore(version: version).text("\(sweep).fits.csv"))
        try #require(today.count == then.count && !then.isEmpty)
        for (today, then) in zip(today, then) {
          for column in ["source", "name", "x", "y", "form", "objective", "n", "theory"] {
            #expect(today[column] == then[column], "\(sweep): \(column)")
          }
          for column in ["b", "c", "objective_value"] {
            let (new, old) = (Double(today[column] ?? ""), Double(then[column] ?? ""))
            let (found, expected) = (try #require(new), try #require(old))
            #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(sweep): \(column)")
          }
        }
      }
    }
  }

  /// Every line goes on where the golden one ends, at most with more columns.
  private func expectContinuation(of golden: String, _ today: String, _ file: String) {
    let then = golden.split(separator: "\n")
    let now = today.split(separator: "\n")
    #expect(now.count == then.count, "\(file)")
    for (now, then) in zip(now, then) {
      #expect(now == then || now.hasPrefix(then + ","), "\(file)")
    }
  }

  /// The rows of a CSV text without quoted commas, by their columns' names.
  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let names = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(names, $0)) { first, _ in first } }
  }
}
