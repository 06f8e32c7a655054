import ArgumentParser
import Basics
import Findings
import Foundation
import Operations
import Store
import SweepModel
import Transport

struct WorkersStopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Ends this store's workers on the hosts; their jobs keep checkpoints and results.",
    discussion: """
      For workers that a run left behind which was killed; allocations that a batch system has for this \
      store are called off. Their jobs stop, and the next `quanta resume` fetches \
      the results and goes on from the checkpoints. A worker to which a run is attached is \
      left alone: the run would start it again; end the run (Ctrl-C). Exit status 1 when a host could \
      not be asked or a worker goes on.

      Examples:
        quanta workers stop --cluster cluster.yaml
        quanta workers stop --cluster cluster.yaml --hosts node[01-04] --all-stores
      """)

  @OptionGroup var round: HostRoundOptions
  @Flag(name: .long, help: "Workers of other stores of yours as well.")
  var allStores = false

  func run() throws {
    let session = try round.session()
    guard session != nil || allStores else {
      throw CommandError(
        "there is no store \(round.store.directory), and so no workers of it",
        remedy: "name the store with --store, or end every worker of yours with --all-stores")
    }
    let layout = StoreLayout(directory: round.store.directory)
    if session != nil, !allStores, LiveFile(layout).isCoordinatorAlive {
      throw CommandError(
        "a run of \(round.store.directory) goes on (\(StoreQueue.holder(layout) ?? "another command"))",
        remedy:
          "end it first, with Ctrl-C in its terminal or `kill -INT` to its process: it would start its "
          + "workers again")
    }
    let (survey, aliases) = try round.round().askEachOnce(
      HostCare(.survey, session: session, isForAll: true))
    let outcomes = try round.round().only(survey)
      .ask(HostCare(.stop, session: session, isForAll: allStores))
    let pools = try round.cluster.machines().pools
    var goesOn = false
    for outcome in outcomes {
      guard let answer = outcome.found else { continue }
      let lines = answer.lines("stop")
      for line in lines {
        Console.print("\(outcome.host.name): \(sentence(line, session))")
        goesOn = goesOn || !["stopped", "ended"].contains(line["state"])
      }
      // Those of pools are called off below.
      if lines.isEmpty, !pools.contains(where: { $0.name == outcome.host.name }) {
        Console.print("\(outcome.host.name): no worker to stop")
      }
    }
    let over = try callOff(pools, session)
    goesOn = over.count < pools.count && session != nil || goesOn
    if let session { try noteStopped(outcomes, aliases, pools: over, session, layout) }
    for case .success(let answer) in outcomes.map(\.answer) where !answer.exists {
      Console.print("\(answer.folder): none there, and so no worker")
    }
    if !allStores {
      nameOthers(survey, session)
    }
    for alias in aliases { Console.error(alias.sentence) }
    if HostRound.complain(outcomes) || goesOn { throw ExitStatus.someFailed }
  }

  /// Calls off what batch systems have for the store; the names of the pools of which nothing is left.
  private func callOff(_ pools: [PoolSpec], _ session: String?) throws -> [String] {
    guard let session else {
      for pool in pools {
        Console.error(
          "\(pool.name): allocations are found by their store; name it with --store, or leave them: they "
            + "end by themselves once they have nothing to do")
      }
      return []
    }
    var over: [String] = []
    for pool in pools {
      do {
        let count = try pool.callOff(
          workerBinary(), session: session, timeoutSeconds: round.timeout)
        over.append(pool.name)
        Console.print(
          "\(pool.name): "
            + (count == 0
              ? "no allocation of this store"
              : "\(counted(count, "allocation")) \(count == 1 ? "was" : "were") called off"))
      } catch let failure as LinkFailure {
        Console.error("\(failure.message)\n  -> \(failure.remedy)")
      }
    }
    return over
  }

  /// `status` shall not say that what has ended goes on.
  private func noteStopped(
    _ outcomes: [HostRound.Outcome], _ aliases: [HostRound.Alias], pools: [String],
    _ session: String, _ layout: StoreLayout
  ) throws {
    let hosts = outcomes.filter { outcome in
      let own = outcome.found?.lines("stop").filter { $0["id"] == session } ?? []
      return own.contains { ["stopped", "ended"].contains($0["state"]) }
    }
    let names = hosts.map(\.host.name)
    guard !names.isEmpty || !pools.isEmpty else { return }
    let others = aliases.filter { names.contains($0.host) }.map(\.name)
    try StoppedWorkers(layout).note(
      names + others, pools: pools, at: Date().timeIntervalSince1970)
  }

  private func sentence(_ line: HostAnswer.Line, _ session: String?) -> String {
    let store = line["id"] == session ? "this store" : "store \(line["id"].prefix(8))"
    let worker = line["pid"] == "-" ? "the worker of \(store)" : "worker \(line["pid"]) of \(store)"
    switch line["state"] {
    case "stopped":
      let count = line.number("results")
      return "\(worker) has ended"
        + (count == 0
          ? ""
          : "; \(counted(count, "result")) wait\(count == 1 ? "s" : "") there for `quanta resume`")
    case "ended": return "\(worker) has ended by itself"
    case "attached":
      let run = line["run"] == "-" ? "a run" : "the run \(line["run"])"
      return "\(worker) goes on: \(run) is attached, which would start it again; end that first"
    case "ending": return "\(worker) was asked to end and has not yet; look again in a while"
    default:
      return "\(worker) goes on: it cannot be seen from here (another container?), so nothing was "
        + "done"
    }
  }

  /// Workers of other stores are left, and named.
  private func nameOthers(_ outcomes: [HostRound.Outcome], _ session: String?) {
    for outcome in outcomes {
      let others = outcome.found?.lines("session").filter {
        $0.words["pid"] != nil && $0["id"] != session
      }
      guard let others, !others.isEmpty else { continue }
      Console.error(
        "\(outcome.host.name): \(counted(others.count, "worker")) of other stores of yours "
          + "\(others.count == 1 ? "goes" : "go") on; --all-stores ends them, too")
    }
  }
}
