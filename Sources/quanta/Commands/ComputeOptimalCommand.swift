import Analysis
import ArgumentParser
import Foundation
import Reports
import SweepModel
import Tables

struct ComputeOptimalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compute-optimal",
    abstract: "Compares the three approaches to compute-optimal model and data sizes.",
    discussion: """
      The approaches of Hoffmann et al. 2022 over the rows of a table, C = 6·N·D: N*(C) ∝ C^a, \
      D*(C) ∝ C^b, and the metric there, with 95 % intervals, in one table:
        1 envelope    at every C the size whose learning curve is lowest; needs checkpoints of five \
      sizes or more
        2 isoFLOP     parabolas in log N at equal compute; needs three budgets
        3 parametric  E + A·N^-alpha + B·D^-beta; a = beta/(alpha + beta)
      An approach that the rows cannot feed is left out with the reason. Runs are resampled, with all \
      their checkpoints: --run names the column that tells them apart; without it the rows of one \
      size are one run's.

      --output DIR writes compute-optimal.json, .tex and .svg.

      Exit status: 1 where no approach has an answer.

      Examples:
        quanta compute-optimal runs.csv --x params --x2 tokens --y loss
        quanta compute-optimal runs.csv --x params --x2 tokens --y loss \\
          --budget flops --flops 1e22 --flops 1e24 --output paper
      """)

  @OptionGroup var study: StudyOptions
  @Option(name: .long, help: "The column of parameters N.")
  var x: String
  @Option(name: .long, help: "The column of training samples D.")
  var x2: String
  @Option(name: .long, help: "The column of the metric.")
  var y: String
  @Option(name: .long, help: "The column of planned budgets C; 6·N·D if absent.")
  var budget: String?
  @Option(
    name: .customLong("run"), help: "The column whose equal values are checkpoints of one run.")
  var runColumn: String?
  @Option(name: .long, help: "A compute budget whose optimum is told (repeatable).")
  var flops: [Double] = []
  @Option(name: .long, help: "Objective of the parametric fit: ls, log-ls, huber or lad.")
  var objective = FitOptions.Objective.huber
  @Option(name: .long, help: "Huber's threshold on the log residual.")
  var delta = 1e-3
  @Option(name: .long, help: "Resamples, 100 at least.")
  var bootstrap = 1000

  func validate() throws {
    if bootstrap < 100 { throw ValidationError("--bootstrap must be at least 100") }
    if !(delta > 0 && delta.isFinite) { throw ValidationError("--delta must be above 0") }
    if flops.contains(where: { !($0 > 0 && $0.isFinite) }) {
      throw ValidationError("--flops must be above 0")
    }
  }

  func run() throws {
    let asked = FrontierStudy(
      sizes: [x, x2], y: y, budget: budget, run: runColumn,
      filters: try study.filters(),
      budgets: flops.isEmpty ? [5.76e23] : flops,
      objective: FitRequest.Objective(name: objective.rawValue, delta: delta) ?? .logLeastSquares)
    let report = try asked.report(
      over: Table(path: study.file), resamples: bootstrap, seed: study.seed)
    let json = try jsonText(JSONFit(report.document)) + "\n"
    try study.tell(
      report.document, text: ApproachTable.text(report),
      files: [
        ("compute-optimal.json", json), ("compute-optimal.tex", ApproachTable.latex(report)),
        ("compute-optimal.svg", ApproachFigure.draw(report)?.svg),
      ])
    if !report.hasAnswer { throw ExitStatus.someFailed }
  }
}
