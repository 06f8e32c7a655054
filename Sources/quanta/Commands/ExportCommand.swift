import Analysis
import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Reports
import Store

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes runs, curves or fits for papers, notebooks and other tools.",
    discussion: """
        runs       one row a job, with every parameter and scalar
        curves     one row a step (with --curve loss.subtasks a step and column)
        fits       one row a fit: every parameter with its error and interval
        residuals  one row a fitted point, with ln(prediction) − ln(y)
        draws      one row a resample of the bootstrap: objective and parameters
        grid       the fitted curve with its 95 % band at 101 places, ready to plot
      As json, fits have the hash of their points, minima, covariance and warnings; as latex they \
      are a booktabs table.

      Jobs that have ended, with parameters, curves and scalars, for other tools; --output is new \
      or an empty folder, and nothing that exists is replaced:
        tensorboard  event files, a folder a job, with the table of hyperparameters; numbers \
      have TensorBoard's single precision, the text quanta/result has all digits
        mlflow       an experiment in the folder that `mlflow ui --backend-store-uri` is told; \
      newer versions ask for MLFLOW_ALLOW_FILE_STORE=true
        joblog       GNU parallel's log, a line an attempt; Exitval is 0 done, 1 failed or \
      discarded, 75 requeued, 124 out of time, 130 cancelled, 255 lost with its worker; Command is the \
      program's own, after `env QUANTA_PARAMS=…` where parameters stand nowhere in it

      With --weights DIR: what jobs have kept (`keep: weights` in their file), a file a job and step, \
      named by what varies and the step, and the table weights.csv, into a new folder:
        safetensors  as stored, for PyTorch, JAX and NumPy
        npz          for `numpy.load`

      Examples:
        quanta export parity-parameters-small > runs.csv
        quanta export last --what curves --curve loss --format csv
        quanta export last --what fits --format latex
        quanta export last --what residuals > residuals.csv
        quanta export widths --format tensorboard --output tensorboard/widths
        quanta export widths --format mlflow --output mlruns
        quanta export widths --weights weights --format npz
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case runs
    case curves
    case fits
    case residuals
    case draws
    case grid
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv
    case json
    case latex
    case tensorboard
    case mlflow
    case joblog
    case safetensors
    case npz

    /// Whether other tools read it, which takes whole jobs.
    var isForTools: Bool { [.tensorboard, .mlflow, .joblog].contains(self) }
  }

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "What to write.")
  var what: What = .runs
  @Option(
    name: .long,
    help: """
      The format; json goes with runs, curves and fits, latex with fits; tensorboard, mlflow and \
      joblog are whole jobs; safetensors and npz go with --weights.
      """)
  var format: Format = .csv
  @Option(
    name: .shortAndLong,
    help:
      "The folder of tensorboard and mlflow, or the file of joblog; others go to standard output.",
    completion: .file())
  var output: String?
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write the weights that jobs have kept into this new folder.", valueName: "dir"),
    completion: .directory)
  var weights: String?
  @Option(name: .long, help: "The curve's name.")
  var curve = "loss"
  @Flag(name: .long, help: "Accept the grid's holes: call its result an exponent all the same.")
  var allowIncomplete = false
  @OptionGroup var store: StoreOptions

  func validate() throws {
    try validateWeights()
    if format == .latex, what != .fits { throw ValidationError("latex is for --what fits") }
    if format.isForTools, what != .runs {
      throw ValidationError("\(format.rawValue) has whole jobs: leave --what away")
    }
    if output == "" { throw ValidationError("--output is empty: name a folder or a file") }
    if output == nil, [.tensorboard, .mlflow].contains(format) {
      throw ValidationError("\(format.rawValue) is a folder: name it with --output")
    }
    if output != nil, !format.isForTools {
      throw ValidationError(
        "\(format.rawValue) goes to standard output: write `> FILE` in place of --output")
    }
    if format == .json, [.residuals, .draws, .grid].contains(what) {
      throw ValidationError("\(what.rawValue) is written as csv")
    }
  }

  private func validateWeights() throws {
    guard let weights else {
      guard ![.safetensors, .npz].contains(format) else {
        throw ValidationError("\(format.rawValue) is for weights: name their folder with --weights")
      }
      return
    }
    if weights.isEmpty { throw ValidationError("--weights is empty: name a folder") }
    guard what == .runs, output == nil, [.csv, .safetensors, .npz].contains(format) else {
      throw ValidationError(
        "--weights goes with --format safetensors or npz, and without --what and --output")
    }
  }

  func run() throws {
    let reader = try store.reader(about: sweep)
    let results = try store.results(of: sweep)
    if let weights { return try write(results, weights: weights) }
    if format.isForTools { return try writeForTools(results) }
    switch what {
    case .runs:
      try RunsExport(reader: reader, sweep: results.record.name).write(
        asJSON: format == .json, write)
    case .curves:
      try CurvesExport(results: results, curve: curve).write(asJSON: format == .json, write)
    case .fits: try writeFits(results)
    case .residuals: try write(results, FitExport.residuals)
    case .draws: try write(results, FitExport.draws)
    case .grid: try write(results, FitExport.grid)
    }
  }

  private func write(_ results: SweepResults, weights path: String) throws {
    let jobs = ExportedJobs(results)
    let folder = try NewFolder(path)
    let count = try WeightExport(jobs).write(
      to: folder, as: format == .npz ? .npz : .safetensors)
    try folder.finish()
    Console.print(path)
    Console.error("\(counted(count, "file")) of weights, and weights.csv with what each is")
    jobs.omissions.forEach(Console.error)
  }

  private func writeForTools(_ results: SweepResults) throws {
    let jobs = ExportedJobs(results)
    switch (format, output) {
    case (.tensorboard, let output?):
      let folder = try NewFolder(output)
      try TensorBoardExport(jobs).write(to: folder)
      try folder.finish()
      Console.print(output)
    case (.mlflow, let output?):
      let export = MLflowExport(jobs)
      let path = "\(output)/\(export.experiment)"
      let folder = try NewFolder(path)
      try export.write(to: folder)
      try folder.finish()
      Console.print(path)
    case (_, let output?):
      try OutputFolder.writeNew(JobLog(results).text(), to: output)
      Console.print(output)
    case (_, nil): return write(try JobLog(results).text())
    }
    if format != .joblog { jobs.omissions.forEach(Console.error) }
  }

  /// Writes something of the fits.
  private func write(_ results: SweepResults, _ text: ([FitReport]) -> String) throws {
    let fits = try results.fits()
    write(text(fits))
    try fits.checkAnswers()
  }

  private func write(_ text: String) { Console.write(text, to: .standardOutput) }

  private func writeFits(_ results: SweepResults) throws {
    let fits = try results.fits(FitSettings(allowsIncomplete: allowIncomplete))
    switch format {
    case .latex: write(LatexTable.text(fits))
    case .json: try printJSON(fits.flatMap(JSONFit.all))
    default: write(FitExport.parameters(fits))
    }
    try fits.checkAnswers()
  }
}
