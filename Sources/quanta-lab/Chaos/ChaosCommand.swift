import ArgumentParser
import Basics
import Foundation
import Posix

/// `quanta-lab chaos`: a sweep on several real hosts while they fail in every way.
struct ChaosCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Runs a sweep on hosts that fail, and compares its results with a calm run's.",
    discussion: """
      The hosts are those of Tests/Lab/hosts (namespaces; needs root). They, their victims, the order \
      of the faults and how long each lasts follow from the seed. The coordinator is killed as well, \
      and started again as a person would. QUANTA and QUANTA_WORKER may name other programs than \
      those of .build/bin.

        quanta-lab chaos --faults 200 --seed 1 --hosts 4
        quanta-lab chaos --faults 20 --kinds "cut crash"
        quanta-lab chaos --seed 7 --plan                    what would happen

      Prints what it does, a table and, as the last line, one JSON object. Exit status 0 only when \
      every job has one accepted result, the tables agree bit for bit, late results agreed with what \
      is stored, every coordinator ended as it should, recovery after cuts and crashes began within \
      two heartbeats (from 50 faults on), and no host has a process or a file of an attempt left; \
      also 0, with the reason, where this machine can have no hosts.

      Faults: \(ChaosFault.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Option(help: "How many faults.")
  var faults = 200

  @Option(help: "What the plan is drawn from.")
  var seed: UInt64 = 1

  @Option(help: "How many hosts.")
  var hosts = 4

  @Option(help: "Only these faults, separated by spaces.")
  var kinds: String?

  @Option(
    help: "The folder of store and logs, kept; by default one that goes unless something failed.")
  var folder: String?

  @Flag(help: "Jobs that are programs of a shell's, in place of training.")
  var commands = false

  @Flag(name: .customLong("plan"), help: "Print what would happen, and end.")
  var printsPlan = false

  private var chosen: [String] { kinds?.split(separator: " ").map(String.init) ?? [] }

  func validate() throws {
    guard faults > 0, (1...250).contains(hosts) else {
      throw ValidationError("--faults must be positive, --hosts from 1 to 250")
    }
    let names = ChaosFault.allCases.map(\.rawValue)
    for word in chosen where !names.contains(word) {
      throw ValidationError(
        "no fault is called \(word); \(NearestWord.remedy(for: word, in: names))")
    }
  }

  func run() throws {
    var kinds = ChaosFault.allCases.filter { chosen.isEmpty || chosen.contains($0.rawValue) }
    for kind in kinds {
      if let why = kind.unavailability { ChaosNotes.print("without \(kind): \(why)") }
    }
    kinds.removeAll { $0.unavailability != nil }
    guard !kinds.isEmpty else { return ChaosNotes.print("chaos: skipped: no fault is left") }
    let plan = PlannedFault.plan(seed: seed, count: faults, hosts: hosts, kinds: kinds)
    if printsPlan {
      for (place, fault) in plan.enumerated() { ChaosNotes.print("\(place + 1) \(fault)") }
      return
    }
    let temporary = FileManager.default.temporaryDirectory.path
    let place = try ChaosPlace(
      folder: folder ?? "\(temporary)/quanta-chaos-\(UUID().uuidString.prefix(8))", hosts: hosts,
      isOfCommands: commands)
    if let why = try place.whyNoLab() { return ChaosNotes.print("chaos: skipped: \(why)") }
    let run = ChaosRun(place, plan)
    ChaosNotes.print(
      "seed \(seed): \(faults) faults of \(kinds.count) kinds "
        + "(\(kinds.map(\.rawValue).joined(separator: " "))) on \(hosts) hosts")
    try finish(run, Result { try report(run, kinds) })
  }

  /// Lets it all happen; nil without a lab.
  private func report(_ run: ChaosRun, _ kinds: [ChaosFault]) throws -> ChaosReport? {
    Interruption.listen()
    guard try run.hosts.start() else {
      run.notes.fail("no lab")
      return nil
    }
    try run.perform()
    return try ClosingChecks(run, seed: seed, kinds: kinds).report
  }

  /// Removes hosts and processes, however it ended, and tells how.
  private func finish(_ run: ChaosRun, _ outcome: Result<ChaosReport?, any Error>) throws {
    for running in [run.coordinator, run.copy].compactMap(\.self) {
      kill(running.process, SIGKILL)
      _ = running.wait()
    }
    try run.place.lab(["down"])
    var status: Int32 = 0
    if case .failure(let error) = outcome {
      status = (error as? ExitCode)?.rawValue ?? 1
      run.notes.fail(status == 130 ? "interrupted" : "\(error)")
    }
    if folder != nil || !run.notes.failures.isEmpty {
      ChaosNotes.print("logs: \(run.place.folder)")
    } else {
      try FileManager.default.removeItem(atPath: run.place.folder)
    }
    let report = (try? outcome.get()) ?? nil
    if let report { ChaosNotes.print("\(report.table)\n\(run.coordinators)") }
    for failure in run.notes.failures { ChaosNotes.print("FAILED: \(failure)") }
    if let report { ChaosNotes.print(try report.json()) }
    if !run.notes.failures.isEmpty { throw ExitCode(max(status, 1)) }
  }
}
