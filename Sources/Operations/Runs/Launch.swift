import Basics
import Coordinator
package import Findings
import Foundation
package import Scheduler
import Store
package import SweepModel
import Transport

/// Runs a sweep from checked hosts to its results.
package struct Launch {
  private let sweep: Sweep
  private let conditions: RunConditions
  /// When to choose no further run; nil to run all.
  private let rule: StopRule?
  private let audience: any RunAudience

  /// How a run ended.
  package struct Outcome {
    package let ending: Ending
    /// Why it was ended early with nobody there to ask; nil when it was not.
    package let reason: String?
    package let results: SweepResults
    /// How the rule stands at the end; nil without one, and where the run was interrupted.
    package let verdict: RunChooser.Verdict?
    /// What hindered the choice of runs; nil when nothing did.
    package let failure: (any Error)?
    /// What is left on hosts, and which command fetches it.
    package let left: [String]
    /// The command that goes on.
    package let goOn: String
  }

  /// Runs a sweep that `resolve` reads: again, should the store change while this waits for it.
  ///
  /// - Parameters:
  ///   - waiter: Who waits for the store; nil to refuse one that something else has.
  ///   - agree: Throws where what leaves the stored sweep shall not.
  package static func run(
    _ conditions: RunConditions, rule: StopRule?, waiter: (any StoreWaiter)?,
    audience: any RunAudience, agree: (SweepReplacement) throws -> Void,
    resolve: () throws -> Sweep
  ) throws -> Outcome {
    let sweep = try resolve()
    // What is wrong with the rule, or would leave the sweep, is said before anything is tried.
    _ = try LiveFits(sweep: sweep, store: conditions.store, rule: rule)
    let replacement = try SweepReplacement.of(sweep, store: conditions.store)
    try agree(replacement)
    let kept = sweep.source.arguments.filter { $0.option == "--add" }.map(\.value)
    if !kept.isEmpty {
      audience.note("\(sweep.name): with " + kept.map { "--add \($0)" }.joined(separator: " "))
    }
    let binary = try workerBinary()
    let cluster = try conditions.checkedCluster(
      for: Self.needs(of: sweep, in: conditions.store), binary, warn: audience.warn)
    let (store, waited) = try StoreAccess.open(
      conditions.store, sweep: sweep.name, waiter: waiter,
      allowsNetworkFileSystem: conditions.allowsNetworkFileSystem)
    do {
      let launch = Launch(
        sweep: waited ? try resolve() : sweep, conditions: conditions, rule: rule,
        audience: audience)
      try SweepReplacement.of(launch.sweep, store: conditions.store)
        .checkNothingElseLeaves(since: replacement)
      return try launch.run(store, cluster, binary)
    } catch {
      try? store.close()
      throw error
    }
  }

  /// What open jobs need; a sweep that is done needs nothing of any host.
  private static func needs(of sweep: Sweep, in store: String) -> Amounts {
    let needs = sweep.resources.amounts
    guard needs != Amounts(),
      let states = try? StoreReader.open(at: store).states(of: sweep.jobs.map(\.key)),
      sweep.jobs.allSatisfy({ states[$0.key] == .done })
    else { return needs }
    return Amounts()
  }

  private func run(
    _ store: LedgerStore, _ cluster: Cluster, _ binary: WorkerBinary
  ) throws -> Outcome {
    let live = try LiveFits(sweep: sweep, store: conditions.store, rule: rule)
    let data = try SweepDataSets.files(of: sweep, store: conditions.store)
    let registration = try store.register(sweep, at: Date().timeIntervalSince1970)
    try LaunchWords(StoreLayout(directory: conditions.store)).note(
      conditions.words, of: sweep.name)
    audience.note(
      "\(sweep.name): \(counted(registration.jobs, "job")), \(registration.done) already done"
        + (registration.isNew || registration.newJobs == 0
          ? "; " : ", \(registration.newJobs) new; ")
        + "store \(conditions.store)")
    try warnOfUnreached(cluster)
    try noteCode(isNew: registration.isNew)
    let session = try StoreReader.open(at: conditions.store).session()
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: signature(of: sweep),
        pools: cluster.hostPools(binary, session: session),
        binary: binary, data: data, timing: conditions.timing, isChosen: rule != nil,
        isPatient: conditions.skipsUnusable, keepsGoing: conditions.keepsGoing,
        waitsForPerson: conditions.waitsForPerson),
      store: store,
      onStatus: { [audience] status in
        live.update(status)
        audience.update(status, fits: live.lines)
      }, onNote: audience.note)
    let control = RunControl(coordinator, goOn: commandToGoOn)
    live.attach(control)
    audience.begin(sweep, control)
    let ending: Ending
    do {
      ending = try coordinator.run()
    } catch {
      audience.end()
      left(by: coordinator, isComplete: false).forEach(audience.warn)
      throw error
    }
    audience.end()
    live.finish()
    try store.close()
    let reader = try StoreReader.open(at: conditions.store)
    let results = try SweepResults(reader.sweep(named: sweep.name), reader: reader)
    return Outcome(
      ending: ending, reason: coordinator.endedBecause, results: results,
      verdict: try live.verdict(on: results, ending), failure: live.failure,
      left: left(by: coordinator, isComplete: ending == .complete), goOn: commandToGoOn)
  }

  /// Says of programs which parameters they are not handed, and which results are of other code.
  private func noteCode(isNew: Bool) throws {
    guard sweep.workload == CommandSpec.workload, let first = sweep.jobs.first else { return }
    if isNew, let note = UnusedParameters.note(first.parameters) {
      audience.note("\(sweep.name): \(note)")
    }
    let records = try StoreReader.open(at: conditions.store).jobs(of: sweep.name)
    if let note = CodeVersions(records).note(beside: first.parameters) {
      audience.note("\(sweep.name): \(note)")
    }
  }

  /// Says which workers hold jobs and are not among the hosts.
  private func warnOfUnreached(_ cluster: Cluster) throws {
    let reader = try StoreReader.open(at: conditions.store)
    let left = try LeftRunning(reader.sweep(named: sweep.name), reader: reader)
    if let text = left?.unreached(by: cluster.hosts.map(\.name), pools: cluster.pools.map(\.name)) {
      audience.warn(text)
    }
  }

  private func left(by coordinator: Coordinator, isComplete: Bool) -> [String] {
    coordinator.leftBehind.sentences(
      goOn: commandToGoOn, isComplete: isComplete, timing: conditions.timing)
  }

  private var commandToGoOn: String {
    // What this process was called with about hosts and store is added where it is printed.
    let until = rule.map { " --until \(ShellWord.quoted($0.text))" } ?? ""
    return "quanta resume \(sweep.name)\(until)"
  }
}
