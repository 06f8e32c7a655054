import ArgumentParser
import SweepModel

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

      Examples:
        quanta run sweep.yaml
        quanta run parity-parameters-small --set seed=0,1,2,3,4
        quanta run sweep.yaml --until "ci95(alpha_N) < 0.02"
        quanta run sweep.yaml --cluster cluster.yaml --store results
      """)

  @Argument(help: "A sweep file, a preset, or a stored sweep.", completion: .file())
  var sweep: String
  @Option(name: .customLong("set"), help: "Override: key=value, key=a,b,c or key=range(0,3).")
  var overrides: [String] = []
  @OptionGroup var rule: StopOptions
  @OptionGroup var options: LaunchOptions

  func run() throws {
    let sweep = try SweepArgument(text: sweep, overrides: overrides).resolve(
      store: options.store.directory)
    try Launch(sweep: sweep, options: options, rule: rule.until).run()
  }
}
