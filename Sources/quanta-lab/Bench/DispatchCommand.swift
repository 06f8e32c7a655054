import ArgumentParser
import Coordinator
import Foundation
import Scheduler
import Store
import SweepFiles
import SweepModel
import Transport
import Workloads

/// Times how fast empty jobs go from the ledger to a host and back into the ledger.
struct DispatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispatch",
    abstract: "Times the coordinator with jobs that do nothing, each durably recorded.",
    discussion: """
      The scheduler, the store and the coordinator are those of `quanta run`; every lease and \
      every result is on the disk before the order or the answer that depends on it. Only the \
      host is a stand-in inside this process: it answers with an empty result at once \
      (in-process) or when a process of /bin/true that it started has ended (process). With \
      --kind reconnects, fifty such hosts break their links after every few answers: what stays \
      open and resident is the result, not the rate.

      Examples:
        quanta-lab bench dispatch --json
        quanta-lab bench dispatch --kind process --jobs 20000
        quanta-lab bench dispatch --kind reconnects --jobs 5000 --json
      """)

  @Option(help: "Only this kind: in-process, process or reconnects.")
  var kind: DispatchHost.Kind?
  @Option(help: "Jobs of the in-process kind; the process kind runs a tenth of them.")
  var jobs = 50_000
  @Option(help: "A folder on the disk to measure; the store is made in it and removed.")
  var folder = NSTemporaryDirectory()
  @Option(help: "The commit to name in the output.")
  var commit: String?
  @Flag(help: "One JSON object a line.")
  var json = false

  private struct Line: Encodable {
    let kind: String
    let jobs: Int
    let seconds: Double
    /// CPU time of the run: it tells what an idle machine would do when this one is not.
    let cpuSeconds: Double
    let jobsPerSecond: Int
    /// Open descriptors and resident memory: what a tenth of the jobs needed, and all of them.
    let descriptors: [Int]
    let residentBytes: [Int]
    /// Links that broke and were made anew.
    let reconnects: Int
    let machine: String
    let commit: String?

    enum CodingKeys: String, CodingKey {
      case kind, jobs, seconds, descriptors, reconnects, machine, commit
      case jobsPerSecond = "jobs_per_second"
      case cpuSeconds = "cpu_seconds"
      case residentBytes = "resident_bytes"
    }
  }

  func validate() throws {
    guard (10...SweepFile.maximumJobs).contains(jobs) else {
      throw ValidationError("--jobs must be between 10 and \(SweepFile.maximumJobs).")
    }
  }

  func run() throws {
    for kind in self.kind.map({ [$0] }) ?? [.inProcess, .process] {
      let count = kind == .process ? jobs / 10 : jobs
      let needs = NeedsRecorder(jobs: count)
      let hosts = (0..<(kind == .reconnects ? 50 : 1)).map { DispatchHost(kind, number: $0) }
      let (seconds, cpuSeconds) = try measure(hosts, jobs: count, needs)
      let rate = Int(Double(count) / seconds)
      let line = Line(
        kind: kind.rawValue, jobs: count, seconds: (seconds * 1e3).rounded() / 1e3,
        cpuSeconds: (cpuSeconds * 1e3).rounded() / 1e3, jobsPerSecond: rate,
        descriptors: needs.all.map(\.descriptors),
        residentBytes: needs.all.map(\.residentBytes),
        reconnects: hosts.reduce(0) { $0 + $1.cuts.count }, machine: BenchmarkLine.processor,
        commit: commit)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(
        json
          ? String(decoding: try encoder.encode(line), as: UTF8.self)
          : "\(kind.rawValue): \(rate) jobs/s, \(count) jobs, each durably recorded")
    }
  }

  /// Wall and CPU time from the start of a run to its end, all jobs recorded, seconds.
  private func measure(
    _ hosts: [DispatchHost], jobs: Int, _ needs: NeedsRecorder
  ) throws -> (wall: Double, cpu: Double) {
    let path = "\(folder)/quanta-lab-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = """
      {name: dispatch, workload: self-test, settings: {steps: 1},
       grid: {size: {range: [1, \(jobs + 1)]}}}
      """
    let sweep = try SweepFile.parse(
      source: SweepSource(origin: "bench", text: text, overrides: []),
      workloads: WorkloadRegistry.signatures)
    let store = try LedgerStore.open(at: path, now: Date().timeIntervalSince1970)
    _ = try store.register(sweep, at: Date().timeIntervalSince1970)
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: sweep, signature: SelfTest.signature, pools: [FixedHosts(hosts)],
        binary: DispatchHost.binary), store: store, onStatus: needs.look)
    let start = ContinuousClock.now
    let cpuStart = clock()
    let ending = try coordinator.run()
    let time = (ContinuousClock.now - start).components
    let cpu = Double(clock() - cpuStart) / Double(CLOCKS_PER_SEC)
    try store.close()
    let done = try StoreReader.open(at: path).sweep(named: "dispatch").counts[.done]
    guard ending == .complete, done == jobs else {
      throw ValidationError("only \(done) of \(jobs) jobs were recorded.")
    }
    return (Double(time.seconds) + Double(time.attoseconds) * 1e-18, cpu)
  }
}
