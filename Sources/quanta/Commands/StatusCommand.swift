import ArgumentParser
import Coordinator
import Foundation
import Store
import SweepModel

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows how the sweeps of a store stand.",
    discussion: """
      Examples:
        quanta status
        quanta status parity-parameters-small --json
      """)

  @Argument(
    help: "The sweep's name or file; all sweeps when left out.", completion: .storedSweeps)
  var sweep: String?
  @OptionGroup var store: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Document: Encodable {
    struct Row: Encodable {
      let name: String
      let workload: String
      let jobs: Int
      let states: [String: Int]
      /// Done jobs whose result a rerun contradicts.
      let quarantined: Int
    }
    let store: String
    let sweeps: [Row]
    let live: RunStatus?
  }

  func run() throws {
    let reader = try StoreReader.open(at: store.directory)
    let only = try sweep.map { try SweepArgument.record($0, in: reader).name }
    let sweeps = try reader.sweeps().filter { only == nil || $0.name == only }
    let live = liveStatus(reader)
    if output.json {
      try printJSON(
        Document(store: store.directory, sweeps: sweeps.map(row), live: live))
    } else {
      show(sweeps, live)
      let waiting = StoreQueue.count(reader.layout)
      if waiting > 0 {
        Console.print("\(counted(waiting, "run")) \(waiting == 1 ? "waits" : "wait") for the store")
      }
    }
  }

  private func row(_ sweep: SweepRecord) -> Document.Row {
    Document.Row(
      name: sweep.name, workload: sweep.workload, jobs: sweep.counts.total,
      states: Dictionary(
        uniqueKeysWithValues: JobState.allCases.map { ($0.rawValue, sweep.counts[$0]) }),
      quarantined: sweep.quarantined)
  }

  private func show(_ sweeps: [SweepRecord], _ live: RunStatus?) {
    guard !sweeps.isEmpty else { return Console.print("the store holds no sweep yet") }
    var table = TextTable(
      ["SWEEP", "JOBS", "DONE", "RUNNING", "WAITING", "SET ASIDE", "CANCELLED"],
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
    guard let live else { return Console.print("\nno coordinator is running on this store") }
    let left = live.secondsLeft.map { ", about \(describeDuration($0)) left" } ?? ""
    let mode = live.mode.isEmpty ? "running" : live.mode
    Console.print("\n\(live.sweep) is \(mode): \(Int(live.jobsPerHour)) jobs an hour\(left)")
    for worker in live.workers {
      Console.print(
        "  \(worker.name)  \(worker.state)  \(worker.coresInUse)/\(worker.cores) cores"
          + (worker.message.isEmpty ? "" : "  \(worker.message)"))
    }
  }
}
