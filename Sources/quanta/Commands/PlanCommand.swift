import ArgumentParser
import Operations
import Store
import SweepModel

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows a sweep without running it: jobs, sizes, memory, predicted time.",
    discussion: """
      Times are measured: short jobs of the sweep's sizes are trained on this machine's cores \
      for a few seconds, without a trace in the store. Hosts of other kinds differ. Of programs that \
      are not Quanta's nobody knows beforehand what they take: it is learnt from jobs of the sweep that \
      are done, and unknown before; "identity:" says whether edited code makes other jobs. Of more than \
      50 000 jobs nothing is timed, of those that the store holds already an even sample is read, and \
      --json lists an even sample; --all plans and lists every one. Exit status 1 where jobs are left \
      that none of the hosts can run, and where the job failed that --try has run.

      Examples:
        quanta plan sweep.yaml
        quanta plan parity-exponents --set seed=0 --set width=10,20
        quanta plan widths --add seed=3,4
        quanta plan parity-parameters --cluster cluster.yaml --json
        quanta plan command.yaml --try
      """)

  @Argument(help: "A sweep file, a preset, or a stored sweep.", completion: .sweeps)
  var sweep: String
  @Option(name: .customLong("set"), help: "Override: key=value, key=a,b,c or key=range(0,3).")
  var overrides: [String] = []
  @Option(
    name: .customLong("add"), help: "Add points to the sweep, as `quanta run --add` does.")
  var additions: [String] = []
  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions
  @Flag(name: .long, help: "List every job, not only the first 40 points, and sample nothing.")
  var all = false
  @Flag(name: .long, help: "Predict from a reference core; time nothing.")
  var uncalibrated = false
  @Flag(
    name: .customLong("try"),
    help: """
      Run one job of a command here for a few seconds, and tell which metrics were found, and where.
      """)
  var tries = false

  func run() throws {
    let argument = SweepArgument(text: sweep, overrides: overrides, additions: additions)
    if tries {
      let trial = try CommandTrial(argument.resolve(store: store.directory))
      Console.print(trial.text)
      if trial.hasFailed { throw ExitStatus.someFailed }
      return
    }
    let source = try argument.source(store: store.directory)
    let machines = try cluster.machines()
    let hosts = machines.hosts + machines.pools.flatMap(\.machines)
    let stored = all ? nil : try StoredPlan(source, hosts: hosts, store: store.directory)
    let plan: any Plan =
      try stored
      ?? SweepPlan(
        argument.outline(source, store: store.directory), hosts: hosts, done: doneKeys,
        calibrates: !uncalibrated,
        hasRows: output.json, isWhole: all,
        entries: { try reader?.ledger(forJobs: $0) ?? [] },
        uses: { try reader?.uses(of: $0) ?? [:] })
    if output.json { try printJSON(plan.document) } else { Console.print(plan.text) }
    if !plan.obstacles.isEmpty {
      for obstacle in plan.obstacles { Console.error(obstacle) }
      throw ExitStatus.someFailed
    }
  }

  /// Nil where there is no store.
  private var reader: StoreReader? { try? StoreReader.open(at: store.directory) }

  /// Keys of all results that the store has.
  private var doneKeys: Set<JobKey> { (try? reader?.doneKeys()) ?? [] }
}
