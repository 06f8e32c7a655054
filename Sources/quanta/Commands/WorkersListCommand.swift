import ArgumentParser
import Findings
import Operations
import Store
import SweepModel
import Transport

struct WorkersListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows which workers of yours run on the hosts, and what lies in their work folders.",
    discussion: """
      One line a store that has a session on a host: its worker, since when it runs, its jobs, the \
      coordinator that is attached (process@host), and the results that wait there for `quanta resume` \
      to fetch them. It changes nothing. Exit status 1 when a host could not be asked.

      Examples:
        quanta workers list --cluster cluster.yaml
        quanta workers list --cluster cluster.yaml --hosts gpu --json
      """)

  @OptionGroup var round: HostRoundOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let session = try round.session()
    let (outcomes, aliases) = try round.round().askEachOnce(
      HostCare(.survey, session: session, isForAll: true))
    if output.json {
      try printJSON(outcomes.map { HostDocument($0, session: session) })
    } else {
      show(outcomes, session)
    }
    for alias in aliases { Console.error(alias.sentence) }
    if HostRound.complain(outcomes) { throw ExitStatus.someFailed }
  }

  private func show(_ outcomes: [HostRound.Outcome], _ session: String?) {
    var folders = TextTable(
      ["host", "work folder", "cores", "gpus", "programs", "data sets", "sessions"],
      numeric: [2, 4, 5, 6])
    var workers = TextTable(
      ["host", "store", "worker", "since", "jobs", "coordinator", "results waiting"],
      numeric: [2, 4])
    var isIdle = true
    for outcome in outcomes {
      guard case .success(let answer) = outcome.answer else { continue }
      let name = outcome.host.name
      guard answer.exists, let place = answer.lines("place").first else {
        folders.add([name, "\(answer.folder): none", "", "", "", "", ""])
        continue
      }
      folders.add(
        [name, answer.folder, place["cores"], gpus(place)]
          + ["bin", "data", "sessions"].map { describeBytes(place.number($0)) })
      for line in answer.lines("session") {
        isIdle = false
        workers.add([name] + cells(line, session))
      }
    }
    Console.print(folders)
    Console.print("")
    if isIdle {
      Console.print("no worker, and no results that wait")
    } else {
      Console.print(workers)
    }
  }

  /// How many there are, and what the first one is called.
  private func gpus(_ place: HostAnswer.Line) -> String {
    guard let count = place.words["gpu"], count != "0" else { return "" }
    return count + (place.words["gpuname"].map { " × \($0)" } ?? "")
  }

  private func cells(_ line: HostAnswer.Line, _ session: String?) -> [String] {
    let store = line["id"] == session ? "this store" : String(line["id"].prefix(8))
    let count = line.number("results")
    let waiting = count == 0 ? "none" : "\(count) (\(describeBytes(line.number("bytes"))))"
    let isRunning = line.words["pid"] != nil
    let elsewhere = line.words["elsewhere"] == nil ? "" : " on \(line["host"])"
    guard isRunning else { return [store + elsewhere, "none", "", "", "", waiting] }
    let coordinator =
      line.words["jobs"] == nil ? "unknown" : line.words["run"].map(Self.name) ?? "none"
    return [
      store + elsewhere, line["pid"],
      line.words["since"].map { describeLocalTime(Double($0) ?? 0) } ?? "",
      line.words["jobs"] ?? "unknown", coordinator, waiting,
    ]
  }

  private static func name(_ run: String) -> String { run == "-" ? "attached" : run }
}
