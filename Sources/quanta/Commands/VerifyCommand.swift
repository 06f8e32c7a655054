import ArgumentParser
import Foundation
import Operations
import Store

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Runs a sample of recorded jobs again and compares the results.",
    discussion: """
      Each job of the sample runs on another host than the one that recorded it, where there is \
      one. Results and curves must agree in every bit on the same instruction set, and within \
      --tolerance on another; so must weights that jobs have kept, each within --tolerance of its \
      array's largest. A file of weights that is damaged gets the rerun's content where that has the \
      recorded hash. A result that does not agree is quarantined: it stays recorded, no \
      fit or figure uses it, and `status`, `jobs` and `export` show it with the reason. Nothing \
      else in the store changes; the reruns are recorded nowhere. With --quarantined those results \
      are run again, best on hosts that one can trust: one that agrees this time counts again.

      Exit status 0 when all agree, 1 when a result disagrees or cannot be computed again.

      Examples:
        quanta verify parity-parameters-small
        quanta verify last --fraction 0.2 --seed 7 --cluster cluster.yaml
        quanta verify last --quarantined --cluster cluster.yaml
      """)

  @Argument(help: "The sweep's name, file, or `last`.", completion: .storedSweeps)
  var sweep = "last"
  @Option(name: .long, help: "The share of the recorded jobs, above 0 and at most 1.")
  var fraction = 0.05
  @Option(name: .long, help: "The seed that chooses them.")
  var seed: UInt64 = 1
  @Flag(name: .long, help: "Run all quarantined results again instead of a sample.")
  var quarantined = false
  @Option(
    name: .long,
    help: "The relative deviation that is allowed between different instruction sets.")
  var tolerance = 1e-6
  @OptionGroup var queue: QueueOptions
  @OptionGroup var options: LaunchOptions

  func validate() throws {
    guard fraction > 0, fraction <= 1 else {
      throw ValidationError("--fraction must be above 0 and at most 1")
    }
    guard tolerance >= 0, tolerance < 1 else {
      throw ValidationError("--tolerance must be at least 0 and below 1")
    }
  }

  func run() throws {
    let reader = try options.store.reader(about: sweep)
    let name = try SweepArgument.name(sweep, in: reader)
    var sample = try sample(of: name, reader)
    // Opened before anything runs: a coordinator at work would keep dissent from being marked.
    let (store, waited) = try StoreAccess.open(
      options.store.directory, waiter: queue.waiter, creating: false,
      allowsNetworkFileSystem: options.forceNetworkStore)
    if waited { sample = try self.sample(of: name, reader) }
    let definition = try SweepArgument(text: name).stored(reader)
    let verification = Verification(
      of: sample, in: definition, tolerance: tolerance, conditions: options.conditions,
      audience: RunDisplay(isQuiet: options.isQuiet))
    let verdicts = try verification.run()
    let now = Date().timeIntervalSince1970
    try store.quarantine(verdicts.compactMap(\.quarantine), at: now)
    try store.reinstate(verdicts.compactMap(\.reinstatement), at: now)
    try store.close()
    let report = VerificationReport(
      sweep: name, fraction: quarantined ? 1 : fraction, seed: seed,
      recorded: sample.recordedCount, imported: sample.importedCount, verdicts: verdicts)
    if options.output.json { try printJSON(report) } else { Console.print(report.text) }
    if !report.allAgree { throw ExitStatus.someFailed }
  }

  private func sample(of name: String, _ reader: StoreReader) throws -> VerificationSample {
    try quarantined
      ? VerificationSample(quarantinedIn: name, reader: reader)
      : VerificationSample(sweep: name, fraction: fraction, seed: seed, reader: reader)
  }
}
