import Basics
import Batch
import Digests
import Findings
import Foundation
import Posix
package import SweepModel
package import Transport

/// Finds and describes the worker program: `$QUANTA_WORKER`, or `quanta-worker` beside `quanta`.
///
/// Its path is that of the open descriptor through which it was hashed, so that what is started and
/// shipped later is this file, whatever takes its name meanwhile.
package func workerBinary() throws -> WorkerBinary {
  let beside = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("quanta-worker").path
  let path = ProcessInfo.processInfo.environment["QUANTA_WORKER"] ?? beside
  let file = open(path, O_RDONLY | O_CLOEXEC)
  guard file >= 0,
    let data = try? FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd()
  else {
    throw CommandError(
      "the worker program \(path) cannot be read",
      remedy: "run scripts/build, or set QUANTA_WORKER to its path")
  }
  let held = "/proc/\(getpid())/fd/\(file)"
  return WorkerBinary(
    path: access(held, X_OK) == 0 ? held : path, hash: SHA256.hash(data.span).hexadecimal,
    architecture: machineArchitecture(),
    sizeBytes: data.count)
}

private func machineArchitecture() -> String {
  #if arch(x86_64)
    "x86_64"
  #else
    "aarch64"
  #endif
}

/// Throws, before any connection, when this process may not have as many files open as links to all
/// hosts and pools need.
package func checkDescriptors(for cluster: Cluster) throws {
  do {
    try DescriptorNeed.check(
      cluster.hosts
        + cluster.pools.flatMap { pool in
          [pool.entrance, pool.login] + pool.machines.prefix(pool.mostAttached)
        })
  } catch {
    throw CommandError(error.message, remedy: error.remedy)
  }
}

/// Examines hosts side by side, each on a thread of its own; `keepsWorker` is for a run that
/// follows, `session` the store that is meant.
package func examine(
  _ hosts: [HostSpec], binary: WorkerBinary, keepsWorker: Bool = false, session: String? = nil,
  timeoutSeconds: Double
) -> [HostReport] {
  // Few at a time are asked for what ssh says of them, and let into one sshd: most of many wait here.
  let timeoutSeconds = timeoutSeconds + 0.3 * Double(hosts.count)
  let reports = sideBySide(hosts) { host in
    HostTransport(host).examine(
      binary, keepsWorker: keepsWorker, session: session, timeoutSeconds: timeoutSeconds)
  } refused: { host, failure in
    HostReport(
      host: host.name,
      checks: [.init("connection", .failure, failure.message, remedy: failure.remedy)])
  }
  let sharedOut = Set(hosts.filter { $0.limits.threads > 0 }.map(\.name))
  return reports.namingDuplicates(sharedOut: sharedOut)
}

/// An answer of every host, in their order, each asked on a thread of its own; `refused` where the
/// system gives no more threads.
func sideBySide<Answer>(
  _ hosts: [HostSpec], _ ask: @escaping @Sendable (HostSpec) -> Answer,
  refused: (HostSpec, LinkFailure) -> Answer
) -> [Answer] {
  nonisolated(unsafe) var answers = [Answer?](repeating: nil, count: hosts.count)
  let lock = NSLock()
  let group = DispatchGroup()
  for (index, host) in hosts.enumerated() {
    group.enter()
    let isStarted = startThread {
      let answer = ask(host)
      lock.withLock { answers[index] = answer }
      group.leave()
    }
    guard !isStarted else { continue }
    lock.withLock { answers[index] = refused(host, threadFailure(host: host.name)) }
    group.leave()
  }
  group.wait()
  return answers.compactMap(\.self)
}
