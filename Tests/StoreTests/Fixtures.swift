import Basics
import Foundation
import SweepModel
import Testing

@testable import Store

/// A folder of its own for one test, removed when the test ends.
final class TemporaryFolder {
  let path: String

  init() {
    // In memory where there is such a folder: the tests wait for the disk after every commit.
    let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    path = parent + "/quanta-store-test-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Where a test's store lies.
  var store: String { path + "/store" }

  /// Every file below, with its content: to show that nothing changed.
  func contents() throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      contents[name] = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
    }
    return contents
  }
}

/// A key that looks like a hash; the same for the same number.
func key(_ number: Int) -> JobKey {
  var generator = SplitMix64(seed: UInt64(number))
  let hex = (0..<4).map { _ in generator.next().hexadecimal }.joined()
  guard let key = JobKey(hex: hex) else { preconditionFailure("\(hex) is no key") }
  return key
}

func job(_ number: Int) -> Job {
  Job(
    key: key(number), workload: "sparse-parity",
    parameters: Parameters([
      Parameters.Entry(name: "width", value: .integer(number)),
      Parameters.Entry(name: "alpha", value: .real(1.0)),
      Parameters.Entry(name: "regime", value: .text("online")),
      Parameters.Entry(name: "bias", value: .flag(true)),
    ]))
}

func sweep(_ name: String, _ numbers: some Sequence<Int>) -> Sweep {
  Sweep(
    name: name, workload: "sparse-parity", axes: ["width"], jobs: numbers.map(job),
    resources: Resources(Amounts(threads: 2, memoryBytes: 1 << 30), timeoutSeconds: 86_400),
    retries: RetryPolicy(maximum: 3, backoffSeconds: 30),
    fits: [
      FitRequest(
        name: "alpha_N", x: "parameters", y: "loss.final", form: .offset,
        objective: .huber(delta: 0.001), by: ["seed"], xRange: 1...Double.infinity)
    ],
    source: SweepSource(
      origin: "sweep.yaml", text: "name: \(name)\n", overrides: ["width=1,2"],
      data: ["./mine": "4x3x2-40-9-abc"]))
}

func result(_ number: Int, rows: Int = 3) -> JobResult {
  JobResult(
    scalars: [
      JobResult.Scalar("loss.final", 1 / Double(number + 1)),
      JobResult.Scalar("parameters", Double(number)),
    ],
    curves: [
      Curve(
        name: "loss", steps: (0..<rows).map { $0 * 100 },
        values: (0..<rows).map { 1 / Float($0 + number + 1) }),
      Curve(
        name: "loss.subtasks", steps: (0..<rows).map { $0 * 100 }, columns: 2,
        values: (0..<rows * 2).map { Float($0) }),
    ])
}

let provenance = Provenance(
  hostname: "node1", processor: "Test CPU", instructionSet: "portable", threads: 2,
  wallSeconds: 1.5, cpuSeconds: 2.5, peakMemoryBytes: 1_000_000,
  binaryHash: String(repeating: "ab", count: 32), version: "0.1.0")

func completion(_ attempt: AttemptID, _ result: JobResult) -> Completion {
  Completion(attempt: attempt, result: result, provenance: provenance)
}

func attempt(_ number: Int, _ attempt: Int = 1, token: Int) -> AttemptID {
  AttemptID(job: key(number), number: attempt, token: token)
}

extension LedgerStore {
  /// Opens a store at a fixed time.
  static func forTest(at path: String, creating: Bool = true) throws -> LedgerStore {
    try open(at: path, now: 1_700_000_000, creating: creating)
  }

  /// Leases a job and records a result for it.
  func complete(_ number: Int, token: Int, result recorded: JobResult? = nil) throws {
    let attempt = attempt(number, token: token)
    try commit(
      [.leased(attempt, worker: "w\(token % 3)"), .accepted(attempt)],
      completions: [completion(attempt, recorded ?? result(number))], at: Double(token))
  }
}

/// The code of the ``StoreError`` that `body` throws; nil when it throws none.
func code(_ body: () throws -> Void) -> StoreError.Code? {
  do {
    try body()
    return nil
  } catch {
    return (error as? StoreError)?.code
  }
}
