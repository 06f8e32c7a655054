package import Analysis
package import Reports
import Store
import SweepFiles
import SweepModel

/// Everything that can be said of a sweep, on one page: fits, figures, diagnostics, jobs, provenance.
package struct SweepReport {
  private let results: SweepResults
  private let networks: [Figure]
  /// The fits that could be made.
  package let fits: [FitReport]
  let figures: [SweepFigures.Drawing]
  let diagnostics: [SweepFigures.Drawing]
  /// What is left out, and why; full sentences.
  package let omissions: [String]

  /// - Parameters:
  ///   - places: Where to draw the fits out to.
  ///   - networks: Figures of what is found in kept networks, with what is left out of them.
  package init(
    _ results: SweepResults, places: [AskedPlace] = [], compares: Bool = false,
    allowsIncomplete: Bool = false, networks: (figures: [Figure], omissions: [String]) = ([], [])
  ) throws {
    self.results = results
    self.networks = networks.figures
    let (fits, omissions) = results.possibleFits(
      FitSettings(selects: true, allowsIncomplete: allowsIncomplete, compares: compares))
    self.fits = fits
    let drawer = SweepFigures(results, fits: try fits.reaching(places))
    figures = [.scaling, .exponents, .phases, .landscape, .emergence, .curves].map(drawer.draw)
    diagnostics = [.residuals, .profile, .cutoffs, .pairs].map(drawer.draw)
    self.omissions =
      (results.codeNote.map { ["\($0)."] } ?? []) + omissions
      + (figures + diagnostics).flatMap(\.omissions) + networks.omissions
  }

  /// The page.
  ///
  /// - Parameter now: When it is made, seconds since 1970 UTC.
  package func html(at now: Double) throws -> String {
    HTMLReport(
      sweep: results.record.name, generated: describeTime(now), fits: fits,
      figures: figures.flatMap { $0.figures.map(\.figure) } + networks,
      diagnostics: diagnostics.flatMap { $0.figures.map(\.figure) },
      omissions: omissions, jobs: results.jobs, axes: results.record.axes,
      source: SweepFile.settled(results.record.source), facts: try facts()
    ).html
  }

  /// Which code has run, and where it stood in its repository.
  private var codeFacts: [HTMLReport.Fact] {
    let hashes = Set(results.jobs.lazy.filter(\.hasResult).compactMap { JobCode.hash(of: $0.job) })
    guard !hashes.isEmpty else { return [] }
    let lines = hashes.sorted().map { JobCode($0, results.codeSource(of: $0)).sentence }
    return [HTMLReport.Fact(name: "code", value: lines.joined(separator: "; "))]
  }

  /// Where and by what the results were made.
  private func facts() throws -> [HTMLReport.Fact] {
    let provenances = try results.jobs.filter { $0.state == .done }.compactMap { job in
      try results.provenance(of: job.job.key)
    }
    let cpu = provenances.reduce(0) { $0 + $1.cpuSeconds }
    let columns: [(String, (Provenance) -> String)] = [
      ("hosts", { "\($0.hostname) (\($0.processor))" }),
      ("instruction sets", \.instructionSet), ("versions", \.version),
      ("worker binaries", { String($0.binaryHash.prefix(12)) }),
    ]
    return columns.map { name, value in
      HTMLReport.Fact(
        name: name, value: Set(provenances.map(value)).sorted().joined(separator: ", "))
    } + codeFacts + [HTMLReport.Fact(name: "CPU time", value: describeDuration(cpu))]
  }
}
