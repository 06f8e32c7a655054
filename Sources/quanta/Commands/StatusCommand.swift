import ArgumentParser
import Basics
import Findings
import Operations
import Store
import SweepModel

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows how the sweeps of a store stand.",
    discussion: """
      Of what a batch system lends it shows how many allocations run and wait, why, and how often the \
      system was called.

      Examples:
        quanta status
        quanta status parity-parameters-small --json
      """)

  @Argument(
    help: "The sweep's name or file; all sweeps when left out.", completion: .storedSweeps)
  var sweep: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let reader = try store.reader(about: sweep)
    let only = try sweep.map { try SweepArgument.record($0, in: reader, note: Console.error).name }
    let sweeps = try reader.sweeps().filter { only == nil || $0.name == only }
    let live = reader.liveStatus
    if output.json {
      try printJSON(StatusDocument(store: store.directory, sweeps: sweeps, live: live))
    } else {
      try show(sweeps, live, reader)
      let waiting = StoreQueue.count(reader.layout)
      if waiting > 0 {
        Console.print("\(counted(waiting, "run")) \(waiting == 1 ? "waits" : "wait") for the store")
      }
    }
  }

  private func show(_ sweeps: [SweepRecord], _ live: RunStatus?, _ reader: StoreReader) throws {
    guard !sweeps.isEmpty else { return Console.print(SweepArgument.emptyStore) }
    var table = TextTable(
      ["SWEEP", "JOBS", "DONE", "RUNNING", "WAITING", "FAILED", "CANCELLED"],
      numeric: [1, 2, 3, 4, 5, 6])
    for sweep in sweeps {
      let states: [JobState] = [.done, .running, .waiting, .setAside, .cancelled]
      table.add([sweep.name, "\(sweep.counts.total)"] + states.map { "\(sweep.counts[$0])" })
    }
    Console.print(table.text)
    for sweep in sweeps where sweep.quarantined > 0 {
      Console.print(
        "\(sweep.name): \(sweep.quarantined) of the done jobs are quarantined, because a rerun "
          + "contradicts them: `quanta jobs \(sweep.name) --quarantined` lists them")
    }
    guard let live else { return try showNoRun(sweeps, reader) }
    if live.mode == .suspended { return showSuspended(live, reader) }
    let left =
      live.secondsLeft.map { ", \(describeTimeLeft($0)) left" }
      ?? (live.awaitsCosts == true
        ? ", time left \(describeUnknownTime(ended: live.done))" : "")
    let mode = live.mode == .running ? "running" : live.mode.rawValue
    Console.print(
      "\n\(live.sweep) is \(mode): \(counted(Int(live.jobsPerHour), "job")) an hour\(left)")
    for pool in live.pools ?? [] { Console.print("  \(pool.line)") }
    for worker in live.workers {
      Console.print(
        "  \(worker.name)  \(worker.state.rawValue)  \(worker.load)"
          + (worker.message.isEmpty ? "" : "  \(worker.message)"))
    }
  }

  /// Nobody runs anything here; or a coordinator of another version does, whose status says nothing
  /// to this one.
  private func showNoRun(_ sweeps: [SweepRecord], _ reader: StoreReader) throws {
    if let holder = StoreQueue.holder(reader.layout) {
      return Console.print("\nthe store is in use by \(holder)")
    }
    Console.print("\nno coordinator is running on this store")
    for sweep in sweeps {
      if let left = try LeftRunning(sweep, reader: reader) {
        Console.print("\(sweep.name): \(left.sentence)\(left.clusterHint)")
      } else if sweep.counts[.waiting] > 0 {
        Console.print(
          "\(sweep.name): \(counted(sweep.counts[.waiting], "job")) left; "
            + "`quanta resume \(sweep.name)` runs \(sweep.counts[.waiting] == 1 ? "it" : "them")")
      }
    }
  }

  private func showSuspended(_ live: RunStatus, _ reader: StoreReader) {
    let process = StoreHolder(reader.layout)?.process
    Console.print(
      "\n\(live.sweep) is suspended"
        + (process.map { " (process \($0)): `fg` in its terminal, or `kill -CONT \($0)`," }
          ?? ": `fg` in its terminal") + " lets it go on; its workers finish what they have")
  }
}
