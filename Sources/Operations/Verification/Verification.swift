import Basics
import Coordinator
import Foundation
import Scheduler
import Store
package import SweepModel
import Transport

/// Computes recorded jobs again and compares. The reruns go through a store of their own, which is
/// removed at the end: the recorded one learns nothing of them.
package struct Verification {
  private let sweep: Sweep
  private let sample: VerificationSample
  private let tolerance: Double
  private let conditions: RunConditions
  private let audience: any RunAudience

  /// - Parameter tolerance: The relative deviation that is allowed between instruction sets.
  package init(
    of sample: VerificationSample, in sweep: Sweep, tolerance: Double, conditions: RunConditions,
    audience: any RunAudience
  ) {
    self.sweep = sweep
    self.sample = sample
    self.tolerance = tolerance
    self.conditions = conditions
    self.audience = audience
  }

  /// What became of one job of the sample.
  package struct Verdict {
    package let recorded: RecordedJob
    /// Where it ran again; nil when it did not end with a result.
    package let rerun: Provenance?
    /// How the results differ; nil when they agree.
    package let dissent: String?
    /// Why there is nothing to compare; nil when there is.
    package let failure: String?
    /// Files of recorded weights that were damaged or missing and are whole again, by the rerun.
    package var mended: [String] = []

    /// What to quarantine and why.
    package var quarantine: (key: JobKey, reason: String)? {
      dissent.map { (recorded.job.job.key, $0) }
    }

    /// What to let count again and why.
    package var reinstatement: (key: JobKey, reason: String)? {
      guard recorded.job.quarantine != nil, dissent == nil, let rerun else { return nil }
      return (recorded.job.job.key, "a rerun on \(rerun.hostname) agrees")
    }
  }

  /// The verdicts in the order of the sample. Throws ``Interrupted`` when a person ends it.
  package func run() throws -> [Verdict] {
    let binary = try workerBinary()
    let needs = sweep.resources.amounts
    let cluster = try conditions.checkedCluster(for: needs, binary, warn: audience.warn)
    let folder = NSTemporaryDirectory() + "quanta-verify-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let groups = Dictionary(grouping: sample.jobs) { $0.worker }
    for (worker, jobs) in groups.sorted(by: { $0.key < $1.key }) {
      let others = cluster.hosts.filter { $0.name != worker && needs.namedFit(in: $0.limits) }
      let part = Cluster(hosts: others, pools: cluster.pools)
      try rerun(jobs, on: others.isEmpty && part.pools.isEmpty ? cluster : part, binary, folder)
    }
    let reader = try StoreReader.open(at: folder)
    let originals = try StoreReader.open(at: conditions.store)
    return try sample.jobs.map { try verdict(on: $0, originals, reruns: reader) }
  }

  /// Runs jobs to their end with a coordinator of their own.
  private func rerun(
    _ jobs: [RecordedJob], on cluster: Cluster, _ binary: WorkerBinary, _ folder: String
  ) throws {
    let now = Date().timeIntervalSince1970
    let part = Sweep(
      name: sweep.name, workload: sweep.workload, axes: sweep.axes, jobs: jobs.map(\.job.job),
      resources: sweep.resources, retries: RetryPolicy(maximum: 0), fits: [],
      source: sweep.source)
    let store = try LedgerStore.open(at: folder, now: now)
    _ = try store.register(part, at: now)
    audience.note(
      "verifying \(counted(jobs.count, "job")) on "
        + (cluster.hosts.map(\.name) + cluster.pools.map(\.name)).joined(separator: ", "))
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: part, signature: signature(of: sweep),
        pools: try cluster.hostPools(
          binary, session: StoreReader.open(at: folder).session()),
        binary: binary, data: SweepDataSets.files(of: part, store: conditions.store)),
      store: store, onStatus: { [audience] in audience.update($0, fits: []) },
      onNote: audience.note)
    audience.begin(part, RunControl(coordinator, goOn: "quanta verify \(sweep.name)"))
    let ending = try coordinator.run()
    audience.end()
    try store.close()
    if ending == .interrupted { throw Interrupted() }
  }

  private func verdict(
    on recorded: RecordedJob, _ originals: StoreReader, reruns: StoreReader
  ) throws -> Verdict {
    let key = recorded.job.job.key
    guard let original = try originals.result(of: key) else {
      return Verdict(
        recorded: recorded, rerun: nil, dissent: nil, failure: "its recorded result is gone")
    }
    let attempts = try reruns.attempts(of: key)
    guard let again = try reruns.result(of: key),
      let place = attempts.first(where: { $0.outcome == .accepted })?.provenance
    else {
      let job = try reruns.job(key.hex)
      let reason = job.reason.isEmpty ? "no host ran it" : job.reason
      return Verdict(recorded: recorded, rerun: nil, dissent: nil, failure: reason)
    }
    let isSame = place.instructionSet == recorded.provenance.instructionSet
    let mended = try mend(original, by: again, originals, reruns)
    let difference =
      try dissent(in: again, from: original, isSame ? 0 : tolerance, originals, reruns)
      ?? damage(to: original, originals)
    let reason = difference.map { difference in
      "a rerun on \(place.hostname) (\(place.instructionSet)) of what "
        + "\(recorded.provenance.hostname) (\(recorded.provenance.instructionSet)) recorded "
        + "differs: \(difference)"
    }
    return Verdict(
      recorded: recorded, rerun: place, dissent: reason, failure: nil, mended: mended)
  }

  /// How a rerun differs; where weights do, by their numbers as far as those can be read.
  private func dissent(
    in again: JobResult, from original: JobResult, _ tolerance: Double, _ originals: StoreReader,
    _ reruns: StoreReader
  ) throws -> String? {
    guard original.weights != again.weights else {
      return original.difference(from: again, tolerance: tolerance)
    }
    let mine = (try? originals.withContent(original)) ?? original
    return mine.difference(from: try reruns.withContent(again), tolerance: tolerance)
  }

  /// Puts the rerun's weights in place of recorded ones whose file is damaged, where they are the same.
  private func mend(
    _ original: JobResult, by again: JobResult, _ originals: StoreReader, _ reruns: StoreReader
  ) throws -> [String] {
    let folder = WeightFolder(originals.layout)
    var mended: [String] = []
    for snapshot in original.weights where again.weights.contains(snapshot) {
      if try folder.holds(snapshot) { continue }
      let content = try reruns.content(of: snapshot)
      if try folder.mend(WeightSnapshot(step: snapshot.step, content: content)) {
        mended.append("weights/\(snapshot.hash)")
      }
    }
    return mended
  }

  /// What keeps recorded weights from being used; nil where nothing does.
  private func damage(to original: JobResult, _ originals: StoreReader) throws -> String? {
    let folder = WeightFolder(originals.layout)
    for snapshot in original.weights {
      if try folder.holds(snapshot) { continue }
      return "its weights after step \(snapshot.step) are damaged or missing "
        + "(weights/\(snapshot.hash)), and the rerun's are others"
    }
    return nil
  }
}
