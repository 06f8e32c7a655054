import Foundation
import Posix
import SweepModel
import Wire
import Workloads

/// A coordinator that a test plays, at the end of a link to a real worker.
final class PlayedCoordinator {
  let sandbox: Sandbox
  private let link: Descriptor
  private let attach: Child
  private var decoder = FrameDecoder()

  /// The folder of the worker's session on this host.
  let session: String

  /// Attaches to the sandbox's worker and greets.
  init(_ sandbox: Sandbox) async throws {
    self.sandbox = sandbox
    let (ours, theirs) = try makeSocketPair()
    link = ours
    link.makeNonBlocking()
    attach = try Child(
      [
        Sandbox.workerPath, "attach", "--folder", "\(sandbox.folder)/work", "--session", "abc",
        "--hash", "0",
      ], input: theirs, output: theirs)
    theirs.close()
    let sessions = "\(sandbox.folder)/work/sessions/abc"
    try await sandbox.waitUntil("the worker listens") { !Descriptor.names(in: sessions).isEmpty }
    session = sessions + "/" + (Descriptor.names(in: sessions).first ?? "")
    try send(.hello(Order.Settings(heartbeatSeconds: 2, graceSeconds: 60)))
    _ = try await hear { if case .hello = $0 { true } else { false } }
  }

  deinit {
    link.close()
    _ = attach.wait()
  }

  /// An attempt at the one job.
  static func attempt(_ number: Int) -> AttemptID {
    guard let job = JobKey(hex: String(repeating: "a", count: 64)) else {
      preconditionFailure("no key")
    }
    return AttemptID(job: job, number: number, token: number)
  }

  func send(_ order: Order) throws { try link.writeAll(order.frame.bytes) }

  /// Orders a job with about 10 MB of state, which it keeps again and again.
  func start(_ attempt: AttemptID, steps: Int) throws {
    let teacher = WorkloadRegistry.signatures.first { $0.name == "omnigrok-teacher" }
    guard let signature = teacher else { preconditionFailure("no such workload") }
    let parameters = signature.parameters([
      "width": 420, "depth": 7, "trainNum": 8, "testNum": 4, "steps": .integer(steps),
    ])
    try send(
      .start(
        Order.Assignment(
          attempt: attempt, workload: signature.name, resultVersion: signature.resultVersion,
          parameters: parameters, threads: 1, timeoutSeconds: nil, checkpointSeconds: 0.02,
          checkpoint: nil)))
  }

  /// What the worker tells until it tells something.
  func hear(until isLast: (Report) -> Bool) async throws -> [Report] {
    var heard: [Report] = []
    while !(heard.last.map(isLast) ?? false) {
      if let frame = try decoder.next() {
        if let report = try Report(frame) { heard.append(report) }
        continue
      }
      guard let bytes = try link.readSome() else {
        try await Task.sleep(for: .milliseconds(10))
        continue
      }
      if bytes.isEmpty { throw PosixError("the worker has hung up") }
      decoder.append(bytes)
    }
    return heard
  }
}
