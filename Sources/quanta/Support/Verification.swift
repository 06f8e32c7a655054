import Basics
import Coordinator
import Foundation
import Scheduler
import Store
import SweepModel
import Transport

/// Computes recorded jobs again and compares. The reruns go through a store of their own, which is
/// removed at the end: the recorded one learns nothing of them.
struct Verification {
  let sweep: Sweep
  let signature: WorkloadSignature
  let sample: VerificationSample
  let tolerance: Double
  let options: LaunchOptions

  /// What became of one job of the sample.
  struct Verdict {
    let recorded: RecordedJob
    /// Where it ran again; nil when it did not end with a result.
    let rerun: Provenance?
    /// How the results differ; nil when they agree.
    let dissent: String?
    /// Why there is nothing to compare; nil when there is.
    let failure: String?

    /// What to quarantine and why.
    var quarantine: (key: JobKey, reason: String)? {
      dissent.map { (recorded.job.job.key, $0) }
    }

    /// What to let count again and why.
    var reinstatement: (key: JobKey, reason: String)? {
      guard recorded.job.quarantine != nil, dissent == nil, let rerun else { return nil }
      return (recorded.job.job.key, "a rerun on \(rerun.hostname) agrees")
    }
  }

  /// The verdicts in the order of the sample.
  func run() throws -> [Verdict] {
    let binary = try workerBinary()
    let hosts = try options.checkedHosts(binary)
    let folder = NSTemporaryDirectory() + "quanta-verify-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let groups = Dictionary(grouping: sample.jobs) { $0.worker }
    for (worker, jobs) in groups.sorted(by: { $0.key < $1.key }) {
      let others = hosts.filter { $0.name != worker }
      try rerun(jobs, on: others.isEmpty ? hosts : others, binary, folder)
    }
    let reader = try StoreReader.open(at: folder)
    let originals = try StoreReader.open(at: options.store.directory)
    return try sample.jobs.map { try verdict(on: $0, originals, reruns: reader) }
  }

  /// Runs jobs to their end with a coordinator of their own.
  private func rerun(
    _ jobs: [RecordedJob], on hosts: [HostSpec], _ binary: WorkerBinary, _ folder: String
  ) throws {
    let now = Date().timeIntervalSince1970
    let part = Sweep(
      name: sweep.name, workload: sweep.workload, axes: sweep.axes, jobs: jobs.map(\.job.job),
      resources: sweep.resources, retries: RetryPolicy(maximum: 0), fits: [],
      source: sweep.source)
    let store = try LedgerStore.open(at: folder, now: now)
    _ = try store.register(part, at: now)
    let display = RunDisplay(sweep: part, isQuiet: options.quiet || options.output.json)
    display.note(
      "verifying \(counted(jobs.count, "job")) on \(hosts.map(\.name).joined(separator: ", "))")
    let coordinator = try Coordinator(
      Coordinator.Run(
        sweep: part, signature: signature, hosts: hosts.map(transport(to:)), binary: binary,
        data: SweepDataSets.files(of: part, store: options.store.directory)),
      store: store, onStatus: { display.update($0, fits: []) }, onNote: display.note)
    let signals = Signals(coordinator, display: display, goOn: "quanta verify \(sweep.name)")
    let ending = try coordinator.run()
    signals.cancel()
    display.finish()
    try store.close()
    if ending == .interrupted { throw ExitStatus.interrupted }
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
    let difference = original.difference(from: again, tolerance: isSame ? 0 : tolerance)
    let reason = difference.map { difference in
      "a rerun on \(place.hostname) (\(place.instructionSet)) of what "
        + "\(recorded.provenance.hostname) (\(recorded.provenance.instructionSet)) recorded "
        + "differs: \(difference)"
    }
    return Verdict(recorded: recorded, rerun: place, dissent: reason, failure: nil)
  }
}

/// What a verification found, as text or JSON.
struct VerificationReport: Encodable {
  struct Row: Encodable {
    let job: String
    let index: Int
    let recordedOn: String
    let rerunOn: String?
    let sameInstructionSet: Bool?
    let agrees: Bool?
    let reason: String?
  }

  let sweep: String
  let fraction: Double
  let seed: UInt64
  /// Results that could have been chosen.
  let recorded: Int
  let verified: Int
  let agreeing: Int
  let quarantined: Int
  /// Results that were quarantined, agree now and count again.
  let reinstated: Int
  /// Jobs that could not be computed again.
  let failed: Int
  /// Jobs that ran on the host that had recorded them, for want of another.
  let onSameHost: Int
  let jobs: [Row]

  init(
    sweep: String, fraction: Double, seed: UInt64, recorded: Int,
    verdicts: [Verification.Verdict]
  ) {
    self.sweep = sweep
    self.fraction = fraction
    self.seed = seed
    self.recorded = recorded
    verified = verdicts.count
    quarantined = verdicts.count { $0.dissent != nil }
    failed = verdicts.count { $0.failure != nil }
    reinstated = verdicts.count { $0.reinstatement != nil }
    agreeing = verified - quarantined - failed
    onSameHost = verdicts.count { $0.rerun?.hostname == $0.recorded.provenance.hostname }
    jobs = verdicts.map { verdict in
      Row(
        job: verdict.recorded.job.job.key.hex, index: verdict.recorded.job.index,
        recordedOn: verdict.recorded.provenance.hostname, rerunOn: verdict.rerun?.hostname,
        sameInstructionSet: verdict.rerun.map {
          $0.instructionSet == verdict.recorded.provenance.instructionSet
        },
        agrees: verdict.rerun.map { _ in verdict.dissent == nil },
        reason: verdict.dissent ?? verdict.failure)
    }
  }

  var allAgree: Bool { agreeing == verified }

  /// One line for the whole, one for each job that does not agree.
  var text: String {
    var lines = [
      "\(sweep): \(agreeing) of \(verified) rerun results agree, out of \(recorded) recorded "
        + "(seed \(seed))"
    ]
    if reinstated > 0 { lines.append("  \(reinstated) count again: they were quarantined") }
    if onSameHost > 0 {
      lines.append("  \(onSameHost) ran on the host that recorded them, for want of another")
    }
    for row in jobs where row.agrees != true {
      let what = row.agrees == false ? "quarantined" : "not verified"
      lines.append("  job \(row.job.prefix(10)) (#\(row.index)) \(what): \(row.reason ?? "")")
    }
    return lines.joined(separator: "\n")
  }
}
