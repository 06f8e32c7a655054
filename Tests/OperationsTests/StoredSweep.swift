import Foundation
import Store
import SweepModel

@testable import Operations

/// A store with a sweep of which all jobs are done, without a run: their loss is their place.
final class StoredSweep {
  let folder = NSTemporaryDirectory() + "quanta-stored-" + UUID().uuidString
  let sweep: Sweep

  init(_ text: String, overrides: [String] = [], done: Bool = true) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    sweep = try Self.parse(text, overrides)
    let store = try LedgerStore.open(at: folder, now: 1)
    _ = try store.register(sweep, at: 1)
    for (place, job) in sweep.jobs.enumerated() where done {
      let attempt = AttemptID(job: job.key, number: 1, token: place + 1)
      let result = JobResult(scalars: [.init("loss.final", Double(place + 1))], curves: [])
      let provenance = Provenance(
        hostname: "h", processor: "p", instructionSet: "portable", threads: 1, wallSeconds: 1,
        cpuSeconds: 1, peakMemoryBytes: 1, binaryHash: "b", version: "v")
      try store.commit([.leased(attempt, worker: "local")], at: 2)
      try store.commit(
        [.accepted(attempt)],
        completions: [Completion(attempt: attempt, result: result, provenance: provenance)], at: 3)
    }
    try store.close()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static func parse(_ text: String, _ overrides: [String] = []) throws -> Sweep {
    try SweepDataSets.parse(
      SweepSource(origin: "w.yaml", text: text, overrides: overrides, data: [:]))
  }

  /// What would leave the store's sweep.
  func replacement(_ text: String, _ overrides: [String] = []) throws -> SweepReplacement {
    try SweepReplacement.of(Self.parse(text, overrides), store: folder)
  }

  /// Writes a file beside the store.
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    return folder + "/" + name
  }
}
