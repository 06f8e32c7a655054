import ArgumentParser
import Basics
import Foundation
import Posix

/// `quanta-lab hostile`: programs that do what programs must not, as jobs of this machine.
struct HostileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hostile",
    abstract: "Runs programs that do what they must not, and looks at what they leave.",
    discussion: """
      The programs follow from the seed: fork bombs within limits, daemons, programs that hear no \
      signal, kill what runs them, delete or replace their folders, print without end, write what is \
      no metric. They are jobs of one sweep on this machine, with a work folder of their own. The clock \
      is left alone. QUANTA and QUANTA_WORKER may name other programs than those of .build/bin.

        quanta-lab hostile --programs 200 --seed 1
        quanta-lab hostile --programs 20 --families "chain worker"
        quanta-lab hostile --seed 7 --plan                  the programs

      Exit status 0 only when every job is done or failed with a reason of its kind, well-behaved jobs \
      beside them have all their metrics, no process and no file of a job is left, files outside are as \
      they were, and later jobs run on the same store.

      Families: \(HostileFamily.allCases.map(\.rawValue).joined(separator: ", ")).
      """)

  @Option(help: "How many programs.")
  var programs = 200

  @Option(help: "What the programs are drawn from.")
  var seed: UInt64 = 1

  @Option(help: "Only these families, separated by spaces.")
  var families: String?

  @Option(help: "A job's time limit, seconds.")
  var limit = 5

  @Option(help: "Megabytes that a further program prints; 0 for none.")
  var output = 0

  @Option(
    help: "The folder of store and logs, kept; by default one that goes unless something failed.")
  var folder: String?

  @Flag(name: .customLong("plan"), help: "Print the programs, and end.")
  var printsPlan = false

  private var chosen: [String] { families?.split(separator: " ").map(String.init) ?? [] }

  func validate() throws {
    guard (1...100_000).contains(programs), (2...600).contains(limit),
      (0...1 << 20).contains(output)
    else {
      throw ValidationError(
        "--programs must be from 1 to 100000, --limit from 2 to 600, --output at most 1048576")
    }
    let names = HostileFamily.allCases.map(\.rawValue)
    for word in chosen where !names.contains(word) {
      throw ValidationError(
        "no family is called \(word); \(NearestWord.remedy(for: word, in: names))")
    }
  }

  func run() throws {
    let families = HostileFamily.allCases.filter { chosen.isEmpty || chosen.contains($0.rawValue) }
    let plan = HostileProgram.programs(seed: seed, count: programs, families: families)
    if printsPlan {
      for program in plan {
        ChaosNotes.print("# \(printable(program.name)): \(program.ending)\n\(program.script)")
      }
      return
    }
    let temporary = FileManager.default.temporaryDirectory.path
    let run = try HostileRun(
      plan, folder: folder ?? "\(temporary)/quanta-hostile-\(UUID().uuidString.prefix(8))",
      limit: limit, megabytes: output)
    ChaosNotes.print("seed \(seed): \(programs) programs of \(families.count) families")
    do {
      try run.perform()
    } catch {
      run.notes.fail("\(error)")
    }
    run.clear()
    if folder != nil || !run.notes.failures.isEmpty {
      ChaosNotes.print("store and logs: \(run.folder)")
    } else {
      try FileManager.default.removeItem(atPath: run.folder)
    }
    ChaosNotes.print(run.summary)
    for failure in run.notes.failures { ChaosNotes.print("FAILED: \(failure)") }
    if !run.notes.failures.isEmpty { throw ExitCode(1) }
  }
}
