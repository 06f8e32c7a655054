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
      The hosts are those of Tests/Lab/hosts (namespaces; needs root), or with --slurm pilots on a Slurm \
      of three nodes on this machine (Tests/Lab/slurm; needs root, Debian's slurm-wlm and munge). They, \
      their victims, the order of the faults and how long each lasts follow from the seed. The coordinator is killed as well, \
      and started again as a person would. QUANTA and QUANTA_WORKER may name other programs than \
      those of .build/bin.

        quanta-lab chaos --faults 200 --seed 1 --hosts 4
        quanta-lab chaos --faults 20 --kinds "cut crash"
        quanta-lab chaos --seed 7 --plan                    what would happen
        quanta-lab chaos --slurm --faults 100 --commands

      Prints what it does, a table and, as the last line, one JSON object. Exit status 0 only when \
      every job has one accepted result, the tables agree bit for bit, late results agreed with what \
      is stored, every coordinator ended as it should, recovery after cuts and crashes began within \
      two heartbeats (from 50 faults on), and no host has a process or a file of an attempt left; \
      also 0, with the reason, where this machine can have no hosts.

      Faults: \(ChaosFault.allCases.map(\.rawValue).joined(separator: ", ")); of a Slurm: \
      \(SlurmFault.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Option(help: "How many faults.")
  var faults = 200

  @Option(help: "What the plan is drawn from.")
  var seed: UInt64 = 1

  @Option(help: "How many hosts, or pilots.")
  var hosts = 4

  @Option(help: "Only these faults, separated by spaces.")
  var kinds: String?

  @Option(
    help: "The folder of store and logs, kept; by default one that goes unless something failed.")
  var folder: String?

  @Flag(help: "Jobs that are programs of a shell's, in place of training.")
  var commands = false

  @Flag(help: "Hosts that a Slurm lends, and faults of theirs.")
  var slurm = false

  @Flag(name: .customLong("plan"), help: "Print what would happen, and end.")
  var printsPlan = false

  private var chosen: [String] { kinds?.split(separator: " ").map(String.init) ?? [] }

  func validate() throws {
    guard faults > 0, (1...250).contains(hosts) else {
      throw ValidationError("--faults must be positive, --hosts from 1 to 250")
    }
    let names =
      slurm ? SlurmFault.allCases.map(\.rawValue) : ChaosFault.allCases.map(\.rawValue)
    for word in chosen where !names.contains(word) {
      throw ValidationError(
        "no fault is called \(word); \(NearestWord.remedy(for: word, in: names))")
    }
  }

  func run() throws {
    if slurm { try run(SlurmChaosRun.self) } else { try run(ChaosRun.self) }
  }

  private func run<Run: FaultedRun>(_ type: Run.Type) throws {
    var kinds = Run.Fault.allCases.filter { chosen.isEmpty || chosen.contains($0.rawValue) }
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
      isOfCommands: commands, isOfSlurm: slurm)
    if let why = try place.whyNoLab() { return ChaosNotes.print("chaos: skipped: \(why)") }
    let run = Run(place, plan)
    ChaosNotes.print(
      "seed \(seed): \(faults) faults of \(kinds.count) kinds "
        + "(\(kinds.map(\.rawValue).joined(separator: " "))) on \(hosts) \(slurm ? "pilots" : "hosts")"
    )
    try finish(run, Result { try report(run, kinds) })
  }

  /// Lets it all happen; nil without a lab.
  private func report<Run: FaultedRun>(
    _ run: Run, _ kinds: [Run.Fault]
  ) throws -> ChaosReport? {
    Interruption.listen()
    guard try run.start() else {
      run.notes.fail("no lab")
      return nil
    }
    try run.perform()
    return try ClosingChecks(run, seed: seed, kinds: kinds).report
  }

  /// Removes hosts and processes, however it ended, and tells how.
  private func finish(
    _ run: some FaultedRun, _ outcome: Result<ChaosReport?, any Error>
  ) throws {
    run.end()
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
    if let report { ChaosNotes.print("\(report.table)\n\(run.coordinator.tally)") }
    for failure in run.notes.failures { ChaosNotes.print("FAILED: \(failure)") }
    if let report { ChaosNotes.print(try report.json()) }
    if !run.notes.failures.isEmpty { throw ExitCode(max(status, 1)) }
  }
}
