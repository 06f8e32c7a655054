import ArgumentParser
import Crypto
import Foundation
import SSHTransport
import SweepFiles
import SweepModel
import Transport

/// The hosts of a command.
struct ClusterOptions: ParsableArguments {
  @Option(
    name: .long, help: "The cluster file; without one, this machine's cores.",
    completion: .file(extensions: ["yaml", "yml"]))
  var cluster: String?

  /// The hosts of the cluster file, or this machine.
  func hosts() throws -> [HostSpec] {
    guard let cluster else { return [HostSpec(name: "local", access: .local)] }
    return try ClusterFile.read(path: cluster).hosts
  }
}

/// The transport for a host.
func transport(to host: HostSpec) -> any Transport {
  SSHTransport(host) ?? LocalTransport(host)
}

/// Finds and describes the worker program: `$QUANTA_WORKER`, or `quanta-worker` beside `quanta`.
///
/// Its path is that of the open descriptor through which it was hashed, so that what is started and
/// shipped later is this file, whatever takes its name meanwhile.
func workerBinary() throws -> WorkerBinary {
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
    path: access(held, X_OK) == 0 ? held : path, hash: SHA256.hash(data: data).hexadecimal,
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

/// Examines hosts side by side, each on a thread of its own.
func examine(_ hosts: [HostSpec], binary: WorkerBinary, timeoutSeconds: Double) -> [HostReport] {
  nonisolated(unsafe) var reports = [HostReport?](repeating: nil, count: hosts.count)
  let lock = NSLock()
  let group = DispatchGroup()
  for (index, host) in hosts.enumerated() {
    group.enter()
    Thread.detachNewThread {
      let report = transport(to: host).examine(binary, timeoutSeconds: timeoutSeconds)
      lock.withLock { reports[index] = report }
      group.leave()
    }
  }
  group.wait()
  return reports.compactMap(\.self)
}
