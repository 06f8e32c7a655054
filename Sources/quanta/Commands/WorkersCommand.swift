import ArgumentParser
import Findings
import Operations
import SweepModel
import Transport

struct WorkersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workers", abstract: "Looks after the hosts of a cluster file.",
    subcommands: [
      WorkersCheckCommand.self, WorkersListCommand.self, WorkersStopCommand.self,
      WorkersCleanCommand.self, WorkersSystemCommand.self,
    ], defaultSubcommand: WorkersCheckCommand.self)
}

struct WorkersCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Examines every host and says how to mend what is wrong.",
    discussion: """
      Looks at connection, host key, authentication, work folder, processor, cores, instruction \
      set, memory, disk, clock and C library, and at limits that a run would meet. It does what a run would do before its first job: \
      the worker program is copied where a host lacks it and says what it sees there, and whatever \
      this makes it removes again; no worker goes on running. At a terminal it asks for passphrases, \
      and for what the system's ssh asks where the cluster file says engine: openssh. Jobs of the store \
      (--store) are not told as another run's. Of a pool it examines the login host and has the batch \
      system test a submission where it can (such as sbatch --test-only), which submits nothing, and says \
      what was never tried on the real thing. Exit status 2 \
      when a host cannot be used.

      Examples:
        quanta workers check --cluster cluster.yaml
        quanta workers check --cluster cluster.yaml --json
        quanta workers check --cluster cluster.yaml --hosts gpu --script
      """)

  @OptionGroup var cluster: ClusterOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  @Option(name: .long, help: "Longest time for one host, seconds.")
  var timeout = 20.0
  @Flag(
    name: .long,
    help: "Print what would be handed to the batch system for each pool, and ask nobody.")
  var script = false

  func run() throws {
    let machines = try cluster.machines()
    let binary = try workerBinary()
    let checks = machines.pools.map { PoolCheck($0, binary) }
    if script {
      for check in checks { Console.print(check.script) }
      if checks.isEmpty {
        throw CommandError("the cluster file has no pools, so there is no script")
      }
      return
    }
    try checkDescriptors(for: machines)
    let reports =
      examine(
        machines.hosts, binary: binary, session: try store.session(), timeoutSeconds: timeout)
      + checks.map { $0.report(keepsWorker: false, timeoutSeconds: timeout) }
    if output.json {
      try printJSON(reports.map(HostCheckDocument.init))
    } else {
      for report in reports { show(report) }
    }
    if reports.contains(where: { !$0.isUsable }) { throw ExitStatus.badInput }
  }

  private func show(_ report: HostReport) {
    Console.print("\(report.host): \(report.isUsable ? "usable" : "cannot be used")")
    for check in report.checks {
      let mark =
        switch check.status {
        case .ok: "ok  "
        case .warning: "WARN"
        case .failure: "FAIL"
        }
      Console.print("  \(mark)  \(check.name): \(check.detail)")
      if !check.remedy.isEmpty { Console.print("        -> \(check.remedy)") }
    }
  }
}
