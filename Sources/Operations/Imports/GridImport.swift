import Basics
import Findings
import Foundation
import Imports
import Store
import SweepFiles
import SweepModel

/// Adopts what other tools have recorded of a sweep's points, so that a run makes only what is missing.
package struct GridImport {
  /// The most results that one transaction adopts.
  private static let pageSize = 200
  /// The worker under which adopted results are listed.
  private static let worker = "import"

  private let sweep: Sweep
  private let directory: String
  private let from: String
  private var plan: ImportPlan
  private var done: Set<Int>

  /// Reads all runs and compares them with the store, in which nothing changes.
  ///
  /// - Parameters:
  ///   - paths: Files and folders with runs.
  ///   - map: The map's file; nil where every name means itself.
  package init(
    _ paths: [String], into argument: SweepArgument, map: String?, store directory: String
  ) throws {
    sweep = try argument.resolve(store: directory)
    self.directory = directory
    from = paths.joined(separator: " ")
    let signature = try signature(of: sweep)
    guard !signature.keepsWeights else {
      throw CommandError(
        "the jobs of \(sweep.name) keep their weights, which no other tool's files hold",
        remedy: "remove \"keep\" from the sweep to import its numbers")
    }
    let map = try map.map { try ImportMapFile.read(path: $0, for: signature) } ?? ImportMap()
    let sources = try RunSources.open(
      paths, signature: signature, map: map, now: Date().timeIntervalSince1970)
    plan = ImportPlan(sources: sources, sweep: sweep, signature: signature, map: map)
    let replacement = try SweepReplacement.of(sweep, store: directory)
    guard !replacement.losesResults else {
      throw CommandError(replacement.text, remedy: replacement.remedy)
    }
    done = []
    try compareWithStore()
  }

  /// A map for such an import, as text for a person to correct.
  package static func guess(
    _ paths: [String], into argument: SweepArgument, store directory: String
  ) throws -> String {
    let sweep = try argument.resolve(store: directory)
    let signature = try Operations.signature(of: sweep)
    let sources = try RunSources.open(
      paths, signature: signature, map: ImportMap(), now: Date().timeIntervalSince1970)
    return MapGuess(sources: sources, sweep: sweep, signature: signature).text
  }

  /// Takes in which points have results, and how these differ from what the runs hold.
  private mutating func compareWithStore() throws {
    guard let reader = try? StoreReader.open(at: directory) else { return }
    let states = try reader.states(of: sweep.jobs.map(\.key))
    done = Set(sweep.jobs.indices.filter { states[sweep.jobs[$0].key] == .done })
    for item in plan.adopted {
      guard let job = item.job, done.contains(job),
        let recorded = try reader.result(of: sweep.jobs[job].key)
      else { continue }
      let difference = plan.reading(item).map {
        recorded.difference(from: $0.result.arranged(like: recorded))
      }
      plan.judge(item, recorded: difference ?? "its files are changing")
    }
    plan.judgeSuperseded(done: done)
  }

  /// Adopts what can be. Throws where the store cannot be written; what was adopted before stays.
  package mutating func adopt(waiter: (any StoreWaiter)?) throws {
    guard !plan.adopted.isEmpty else { return }
    let now = Date().timeIntervalSince1970
    try StoreAccess.withLedger(directory, waiter: waiter, creating: true) { store in
      try SweepReplacement.of(sweep, store: directory).checkNothingElseLeaves(
        since: SweepReplacement(sweep, departing: [], total: 0))
      _ = try SweepDataSets.files(of: sweep, store: directory)
      _ = try store.register(sweep, at: now)
      var digests = FileDigests()
      var page: [(item: ImportPlan.Item, result: AdoptedResult)] = []
      for item in plan.adopted {
        guard let result = adopted(item, &digests, now) else {
          plan.refuse(item, .damaged, "its files have changed since they were read first")
          continue
        }
        page.append((item, result))
        if page.count == Self.pageSize { try commit(&page, to: store, now) }
      }
      try commit(&page, to: store, now)
    }
    plan.judgeSuperseded(done: done)
  }

  private mutating func commit(
    _ page: inout [(item: ImportPlan.Item, result: AdoptedResult)], to store: LedgerStore,
    _ now: Double
  ) throws {
    let outcomes = try store.adopt(page.map(\.result), from: from, at: now)
    for (entry, outcome) in zip(page, outcomes) {
      switch outcome {
      case .adopted: break
      case .same: plan.judge(entry.item, recorded: nil)
      case .differs(let difference): plan.judge(entry.item, recorded: difference)
      }
      if let job = entry.item.job { done.insert(job) }
    }
    page = []
  }

  /// A run's result with all that is known of where it comes from; nil where its files have changed.
  private func adopted(
    _ item: ImportPlan.Item, _ digests: inout FileDigests, _ now: Double
  ) -> AdoptedResult? {
    guard let job = item.job, let reading = plan.reading(item) else { return nil }
    let run = reading.run
    let files = run.files.map { path in
      "\(URL(fileURLWithPath: path).standardizedFileURL.path) SHA-256 \(digests.digest(path) ?? "?")"
    }
    let tool = [reading.tool, run.version].compactMap(\.self).joined(separator: " ")
    let end = run.endedAt ?? now
    let start = min(run.startedAt ?? end, end)
    return AdoptedResult(
      job: sweep.jobs[job], result: reading.result,
      provenance: Provenance(
        hostname: run.hostname.isEmpty ? "unknown" : run.hostname, processor: "unknown",
        instructionSet: "unknown", threads: 0, wallSeconds: end - start, cpuSeconds: 0,
        peakMemoryBytes: 0, binaryHash: "", version: tool,
        origin: Provenance.imported(
          from: "\(run.name) (\(tool)); " + files.joined(separator: ", "))),
      worker: Self.worker, startedAt: start, endedAt: end)
  }

  /// What was found and what became of it.
  ///
  /// - Parameter isDry: Nothing was changed.
  package func report(isDry: Bool) -> ImportReport { ImportReport(plan, done: done, isDry: isDry) }
}
