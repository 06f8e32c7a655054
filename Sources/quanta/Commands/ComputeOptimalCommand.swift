import Analysis
import ArgumentParser
import Findings
import Reports
import SweepModel

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

      Exit status: 1 where no approach has an answer; 2 for a wrong command line or a table that cannot \
      be read as asked.

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
  @Option(
    name: .long, help: "A compute budget whose optimum is told (repeatable).",
    transform: OptionNumber.positive)
  var flops: [Double] = []
  @Option(name: .long, help: "Objective of the parametric fit: ls, log-ls, huber or lad.")
  var objective = FitOptions.Objective.huber
  @Option(
    name: .customLong("delta"), help: "Huber's threshold on the log residual; 0.001 if absent.",
    transform: OptionNumber.positive)
  var chosenDelta: Double?
  @Option(name: .long, help: "Resamples, 100 at least.")
  var bootstrap = 1000

  func validate() throws {
    if bootstrap < 100 { throw ValidationError("--bootstrap must be at least 100") }
    if chosenDelta != nil, objective != .huber {
      throw ValidationError("--delta goes with --objective huber")
    }
    // Rows of one size are one run's where no column tells runs apart, so --run may name --x.
    try ColumnRoles.checkApart([("--x", x), ("--x2", x2), ("--y", y), ("--budget", budget)])
    try ColumnRoles.checkApart([("--x2", x2), ("--y", y), ("--run", runColumn)])
  }

  func run() throws {
    let asked = FrontierStudy(
      sizes: [x, x2], y: y, budget: budget, run: runColumn,
      filters: try study.filters(),
      budgets: flops.isEmpty ? [5.76e23] : flops,
      objective: FitRequest.Objective(name: objective.rawValue, delta: chosenDelta ?? 1e-3)
        ?? .logLeastSquares)
    let report = try asked.report(
      over: study.table(), resamples: bootstrap, seed: study.seed)
    try study.tell(
      report.document, name: "compute-optimal", text: ApproachTable.text(report),
      files: [
        ("compute-optimal.tex", ApproachTable.latex(report)),
        ("compute-optimal.svg", ApproachFigure.draw(report)?.svg),
      ])
    if !report.hasAnswer { throw ExitStatus.someFailed }
  }
}
