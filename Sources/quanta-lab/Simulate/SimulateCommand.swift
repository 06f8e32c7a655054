import ArgumentParser
import Foundation
import Simulator

/// `quanta-lab simulate`: tries the production scheduler on simulated clusters that fail.
struct SimulateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Simulates sweeps on clusters that fail, and checks what must hold.",
    discussion: """
      quanta-lab simulate --seeds 10000 --json            many seeds; exit status 1 on a broken promise
      quanta-lab simulate --seed 4711 --trace             one seed, line by line
      quanta-lab simulate --jobs 1000000 --workers 10000  how cost and memory grow; no faults
      quanta-lab simulate --jobs 200000 --pilots 5000     the same on machines that are lent
      """)

  @Option(help: "How many seeds to simulate.")
  var seeds = 1000

  @Option(help: "The first of them.")
  var firstSeed: UInt64 = 0

  @Option(help: "Simulate this seed only.")
  var seed: UInt64?

  @Flag(help: "With --seed: print everything that happens.")
  var trace = false

  @Option(help: "Measure the scheduler with up to so many jobs, without faults.")
  var jobs: Int?

  @Option(help: "With --jobs: how many workers.")
  var workers = 10_000

  @Option(help: "With --jobs: how many allocations of a batch system at once, instead of workers.")
  var pilots: Int?

  @Option(help: "Threads; every core by default. Results do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard seeds > 0, threads > 0, workers > 0, jobs ?? 1 > 0, pilots ?? 1 > 0 else {
      throw ValidationError("numbers must be positive")
    }
    if trace, seed == nil { throw ValidationError("--trace needs --seed") }
  }

  func run() async throws {
    if let jobs, let pilots {
      try print(PilotScaleReport.measure(jobs: jobs, pilots: pilots))
    } else if let jobs {
      try print(ScaleReport.measure(jobs: jobs, workers: workers))
    } else if let seed {
      try replay(seed)
    } else {
      let report = await Campaign.run(first: firstSeed, count: seeds, threads: threads)
      let result = CampaignReport(report, firstSeed: firstSeed)
      try print(result)
      if result.violations > 0 { throw ExitCode(1) }
    }
  }

  private func replay(_ seed: UInt64) throws {
    let outcome = Simulation.run(seed: seed, trace: trace ? { Swift.print($0) } : nil)
    try print(SeedReport(outcome))
    if !outcome.violations.isEmpty { throw ExitCode(1) }
  }

  private func print(_ report: some Encodable & CustomStringConvertible) throws {
    guard json else { return Swift.print(report.description) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }
}
