import ArgumentParser
import Findings
import Operations
import SweepFiles

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs what is not yet done of a sweep, then fits it.",
    discussion: """
      Ctrl-C once drains: nothing new starts, running jobs are finished and recorded. Ctrl-C twice \
      stops: running jobs keep their checkpoint. Running the same command again goes on; nothing \
      that is recorded is ever run again. Nothing stops a run early because its loss looks bad.

      The sweep's fits are shown as results come. With --until "ci95(FIT) < WIDTH" runs are chosen \
      one after another, by what narrows that 95 % interval most for the CPU time that they are \
      predicted to take, and none is started any more once the interval is so narrow.

      --set takes the place of what the file says of a parameter, --add adds to what the stored sweep \
      has: --add seed=3,4 these seeds to every point, --add width=5,seed=0 one point of a grid over \
      width and seed; what was added stays when the file is run again. A definition that leaves out results of the stored sweep of its name says which \
      and asks; --replace agrees beforehand.

      After -- stands a command line: it is made into a sweep file, which is printed, and run with the \
      current folder as its code. Of every metric of a program its last value is recorded (loss.final), the \
      least and greatest (loss.min, loss.max), and as loss.best the one that metrics: {best: {loss: min}} \
      in the file, or the goal of a W&B file, says.

      A run of a store that is busy waits for its turn.

      Examples:
        quanta run sweep.yaml
        quanta run parity-parameters-small --set seed=0,1,2,3,4
        quanta run parity-parameters-small --add seed=5,6
        quanta run sweep.yaml --until "ci95(alpha_N) < 0.02"
        quanta run sweep.yaml --cluster cluster.yaml --store results
        quanta run -- python3 train.py --width 8,16,32 --seed "range(0,3)"
      """)

  @Argument(help: "A sweep file, a preset, or a stored sweep.", completion: .sweeps)
  var sweep: String?
  @Argument(
    parsing: .postTerminator,
    help: "A command line: options with several values become the grid.")
  var command: [String] = []
  @Option(name: .customLong("set"), help: "Override: key=value, key=a,b,c or key=range(0,3).")
  var overrides: [String] = []
  @Option(
    name: .customLong("add"),
    help: "Add points to the sweep: key=value, key=a,b,c or key=a,b,other=c (repeatable).")
  var additions: [String] = []
  @Flag(name: .long, help: "Let results leave the stored sweep of this name without a question.")
  var replace = false
  @OptionGroup var queue: QueueOptions
  @OptionGroup var rule: StopOptions
  @OptionGroup var options: LaunchOptions

  func run() throws {
    let argument = try argument
    try Launch.run(options, rule, queue, replaces: replace) {
      try argument.resolve(store: options.store.directory)
    }
  }

  private var argument: SweepArgument {
    get throws {
      guard command.isEmpty else {
        if let sweep {
          throw CommandError(
            "both a sweep and a command line are given",
            remedy: "keep \(sweep), or what stands after --")
        }
        let text = try CommandLineSweep(command).text
        if !options.quiet, !options.output.json { Console.print(text) }
        return SweepArgument(
          made: text, name: "the command line", overrides: overrides, additions: additions)
      }
      guard let sweep else {
        throw ValidationError(
          "Missing expected argument '<sweep>': a file, a preset, a stored sweep, or -- COMMAND")
      }
      return SweepArgument(text: sweep, overrides: overrides, additions: additions)
    }
  }
}
