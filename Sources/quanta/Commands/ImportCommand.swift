import ArgumentParser
import Findings
import Foundation
import Operations

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract:
      "Adopts what another tool has recorded of a sweep's points; a run then makes the rest.",
    discussion: """
      Reads folders of Sacred, W&B, MLflow, Hydra and TensorBoard, MLflow's mlflow.db, GNU parallel's \
      joblogs with the folders or tables of --results, W&B's exported CSV files (charts, and the table \
      of runs that names their parameters), any table (a row for each run, step or value), and \
      folders in which each run has a CSV file or JSON lines of its steps: what its parameters are \
      says its path, by a pattern such as w{width}_s{seed}, or a config.json, args.json, \
      params.json, hparams.json (or .yaml) beside it. What is in a file decides what it is. Nothing \
      is executed or unpickled.

      A run is of the point whose axes have its values; numbers are compared as numbers. Runs that \
      failed, were killed, are cut off, lack a metric, contradict the sweep's settings or each other \
      are named with the reason and not adopted, and so is one with a cell that holds no number where \
      one is expected, with line and column. What varies among the runs that would be adopted, is no \
      parameter of the sweep, and is neither plainly measured nor a name, time or path makes all of them \
      ambiguous: `ignore` in a map takes them all, `only` those of one value. Where nothing says reliably \
      how a run ended, it must get as far as the others (lastStep); TensorBoard's SUCCESS counts behind a \
      file's numbers alone, since add_hparams writes it before training. Two columns of one name are refused, and what is neither a \
      file nor a folder. A result that the store has stays. Every adopted \
      result says which file it is from, its SHA-256, and the tool.

      Where names differ, a map says which is which (YAML):

        parameters: {width: hidden, activation: {name: act, values: {ReLU: relu}}}
        constants: {regime: online}
        pattern: train.py --width {width} --seed {seed}    or, of folders, w{width}/s{seed}
        metrics: {loss: {values: losses, steps: log_steps, scale: 1.442695}, accuracy: acc}
        output: 'step (?<step>\\d+) loss (?<loss>\\S+)'
        table: {run: id, step: epoch}
        ignore: [seed]
        only: {lr: 0.001}

      and requires (metrics), accept (states), lastStep (a step, a parameter, any) and tolerance. Exit status \
      0 when every run is adopted or need not be, 1 when some were not, 2 for bad input.

      Examples:
        quanta import runs.csv --into widths.yaml --dry-run
        quanta import jobs.log results --into widths.yaml --guess > map.yaml
        quanta import jobs.log results --into widths.yaml --map map.yaml
        quanta run widths
      """)

  @Argument(help: "Files and folders with runs.", completion: .file())
  var runs: [String]
  @Option(name: .long, help: "A sweep file, a preset, or a stored sweep.", completion: .sweeps)
  var into: String
  @Option(
    name: .long, help: "Which recorded names are which parameters and metrics: a YAML file.",
    completion: .file(extensions: ["yaml", "yml"]))
  var map: String?
  @Flag(name: .long, help: "Say what would be adopted; change nothing.")
  var dryRun = false
  @Flag(name: .long, help: "Print a map to begin with, for you to correct; adopt nothing.")
  var guess = false
  @OptionGroup var queue: QueueOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if guess, map != nil || dryRun || output.json {
      throw ValidationError("--guess prints a map and goes with --into and --store alone")
    }
  }

  func run() throws {
    if guess {
      let text = try GridImport.guess(
        runs, into: SweepArgument(text: into), store: store.directory)
      return Console.write(text, to: .standardOutput)
    }
    var grid = try GridImport(
      runs, into: SweepArgument(text: into), map: map, store: store.directory)
    if !dryRun { try grid.adopt(waiter: queue.waiter) }
    let report = grid.report(isDry: dryRun)
    if output.json { try printJSON(report.document) } else { Console.print(report.text) }
    if !report.isComplete { throw ExitStatus.someFailed }
  }
}
