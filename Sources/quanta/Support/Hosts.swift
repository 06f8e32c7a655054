import ArgumentParser
import Basics
import Crypto
import Foundation
import Posix
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
  @Option(
    name: .customLong("hosts"),
    help: ArgumentHelp(
      "Only these hosts or groups of the cluster file, such as gpu or \"node[01-04],big\".",
      valueName: "names"),
    completion: .hosts)
  var chosen: [String] = []
  @Option(
    name: [.customShort("j", allowingJoined: true), .customLong("cores")],
    help: "Cores of this machine to use; all of them if absent.")
  var cores: Int?
  @Option(
    name: .long,
    help: "The work folder on this machine; else QUANTA_FOLDER, else ~/.quanta.",
    completion: .directory)
  var folder: String?

  func validate() throws {
    if let cores, !(1...65_536).contains(cores) {
      throw ValidationError("--cores must be from 1 to 65536, not \(cores)")
    }
    if folder?.isEmpty == true { throw ValidationError("--folder must not be empty") }
    if cluster == nil, let text = chosen.first(where: { $0 != "local" && $0 != "all" }) {
      throw ValidationError(
        "--hosts \(text) chooses among the hosts of a cluster file; add --cluster FILE")
    }
  }

  /// The chosen hosts of the cluster file, or this machine.
  func hosts() throws -> [HostSpec] {
    var hosts = [HostSpec(name: "local", access: .local)]
    if let cluster {
      let file = try ClusterFile.read(path: cluster)
      let text = chosen.joined(separator: ",")
      hosts =
        chosen.isEmpty ? file.hosts : try file.hosts(chosenBy: text, origin: "--hosts \(text)")
    }
    guard let own = hosts.firstIndex(where: { $0.access == .local }) else {
      guard let option = cores != nil ? "--cores" : folder.map({ _ in "--folder" }) else {
        return hosts
      }
      throw CommandError(
        "\(option) is about this machine, which is not among the hosts",
        remedy: "add `local` to \(cluster ?? "the cluster file"), or leave \(option) out")
    }
    if let cores { hosts[own].cores = cores }
    if let folder {
      hosts[own].workFolder = Self.absolute(folder)
    } else if let usual = environment("QUANTA_FOLDER"),
      hosts[own].workFolder == HostSpec(name: "", access: .local).workFolder
    {
      hosts[own].workFolder = Self.absolute(usual)
    }
    return hosts
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") || path.hasPrefix("~/")
      ? path : FileManager.default.currentDirectoryPath + "/" + path
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

/// Throws, before any connection, when this process may not have as many files open as the hosts need.
func checkDescriptors(for hosts: [HostSpec]) throws {
  do {
    try DescriptorNeed.check(hosts)
  } catch {
    throw CommandError(error.message, remedy: error.remedy)
  }
}

/// Examines hosts side by side, each on a thread of its own; `keepsWorker` is for a run that
/// follows, `session` the store that is meant.
func examine(
  _ hosts: [HostSpec], binary: WorkerBinary, keepsWorker: Bool = false, session: String? = nil,
  timeoutSeconds: Double
) -> [HostReport] {
  // Few at a time are asked for what ssh says of them, and let into one sshd: most of many wait here.
  let timeoutSeconds = timeoutSeconds + 0.3 * Double(hosts.count)
  nonisolated(unsafe) var reports = [HostReport?](repeating: nil, count: hosts.count)
  let lock = NSLock()
  let group = DispatchGroup()
  for (index, host) in hosts.enumerated() {
    group.enter()
    let isStarted = startThread {
      let report = transport(to: host).examine(
        binary, keepsWorker: keepsWorker, session: session, timeoutSeconds: timeoutSeconds)
      lock.withLock { reports[index] = report }
      group.leave()
    }
    guard !isStarted else { continue }
    let failure = threadFailure(host: host.name)
    lock.withLock {
      reports[index] = HostReport(
        host: host.name,
        checks: [.init("connection", .failure, failure.message, remedy: failure.remedy)])
    }
    group.leave()
  }
  group.wait()
  let sharedOut = Set(hosts.filter { $0.cores != nil }.map(\.name))
  return reports.compactMap(\.self).namingDuplicates(sharedOut: sharedOut)
}
