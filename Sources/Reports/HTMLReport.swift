public import Analysis
import Fitting
public import SweepModel

/// One self-contained HTML file about a sweep: no script, no outside resource, readable in light
/// and dark and on paper.
public struct HTMLReport {
  /// The sweep's name.
  public var sweep: String
  /// When the report was made, as it shall stand there (ISO 8601 UTC).
  public var generated: String
  /// The fits.
  public var fits: [FitReport]
  /// The figures, in reading order.
  public var figures: [Figure]
  /// What judges the fits, in reading order: residuals, profiles and the like.
  public var diagnostics: [Figure]
  /// Fits and figures that are left out, and why; full sentences.
  public var omissions: [String]
  /// All jobs of the grid.
  public var jobs: [JobRecord]
  /// The grid's axes, which name jobs.
  public var axes: [String]
  /// The sweep file, overrides applied after it.
  public var source: SweepSource
  /// Facts about the runs: versions, hosts, processors; name and value.
  public var facts: [Fact]

  /// A line of the table of facts.
  public struct Fact: Hashable, Sendable {
    /// Such as `hosts`.
    public let name: String
    /// Such as `n1 (AMD EPYC, avx2), n2`.
    public let value: String

    /// Creates a fact.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Creates a report.
  public init(
    sweep: String, generated: String, fits: [FitReport], figures: [Figure],
    diagnostics: [Figure] = [], omissions: [String] = [], jobs: [JobRecord], axes: [String],
    source: SweepSource,
    facts: [Fact] = []
  ) {
    self.sweep = sweep
    self.generated = generated
    self.fits = fits
    self.figures = figures
    self.diagnostics = diagnostics
    self.omissions = omissions
    self.jobs = jobs
    self.axes = axes
    self.source = source
    self.facts = facts
  }

  /// The file.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="generator" content="Quanta \(quantaVersion)">
    <title>\(esc(sweep)) – Quanta</title>
    <style>
    \(Stylesheet.text)</style>
    </head>
    <body>
    <header>
    <h1>\(esc(sweep))</h1>
    <p class="lead">\(esc(workload)) · \(esc(progress)) · \(esc(generated))</p>
    </header>
    <main>
    \(fitSection)\(figureSection)\(diagnosticSection)\(omissionSection)\(jobSection)\(sourceSection)\(factSection)</main>
    <footer>Made by Quanta \(quantaVersion).</footer>
    </body>
    </html>

    """
  }

  func esc(_ text: String) -> String { SVGCanvas.escape(text) }

  private var workload: String { jobs.first?.job.workload ?? "no jobs" }

  private var completeness: Completeness { Completeness(records: jobs, axes: axes) }

  private var progress: String { completeness.summary }
}

extension HTMLReport {
  private var jobSection: String {
    let total = jobs.count
    let states: [JobState] = [.done, .running, .waiting, .setAside, .cancelled]
    let counts = states.map { state in (state.word, jobs.count { $0.state == state }) }
    let rows = counts.filter { $0.1 > 0 }.map { "<tr><td>\($0.0)</td><td>\($0.1)</td></tr>\n" }
    let missing = completeness.missing.map { point in
      "<tr><td>\(point.index)</td><td>\(esc(point.label))</td>"
        + "<td><code>\(point.key.short)</code></td><td>\(esc(point.reason.description))</td></tr>\n"
    }
    let holes =
      missing.isEmpty
      ? "<p>No point is missing.</p>\n"
      : """
      <h3>Missing points</h3>
      <div class="scroll"><table><thead><tr><th>#</th><th>point</th><th>job</th><th>why</th></tr>\
      </thead>
      <tbody>
      \(missing.joined())</tbody></table></div>

      """
    return """
      <section>
      <h2>Jobs</h2>
      <div class="scroll"><table class="numbers"><thead><tr><th>state</th><th>jobs</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      <tfoot><tr><td>all</td><td>\(total)</td></tr></tfoot></table></div>
      \(holes)</section>

      """
  }

  private var sourceSection: String {
    let overrides =
      source.overrides.isEmpty
      ? ""
      : "<p>Overrides, applied after the file: <code>"
        + source.arguments.map { esc("\($0.option) \($0.value)") }.joined(separator: " ")
        + "</code></p>\n"
    return """
      <section>
      <h2>Sweep file</h2>
      <p class="notes">\(esc(source.origin))</p>
      <pre><code>\(esc(source.text))</code></pre>
      \(overrides)</section>

      """
  }

  private var factSection: String {
    guard !facts.isEmpty else { return "" }
    let rows = facts.map { "<dt>\(esc($0.name))</dt><dd>\(esc($0.value))</dd>\n" }
    return "<section>\n<h2>Where it ran</h2>\n<dl>\n\(rows.joined())</dl>\n</section>\n"
  }
}
