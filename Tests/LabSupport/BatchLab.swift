import Foundation

/// A batch system's commands as stand-ins on this machine, made of `Tests/Lab/batch`: three nodes of four
/// cores, queues `batch` and `gpu`, at most an hour.
public struct BatchLab: Sendable {
  /// The lab's folder: the commands, what was called, and how jobs stand.
  public let folder: String

  /// What puts its commands first.
  public var environment: String {
    "PATH=\(folder):" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  /// The commands of each system.
  public static let commands = [
    "pbs": ["qsub", "qselect", "qstat", "qdel", "qrerun"], "lsf": ["bsub", "bjobs", "bkill"],
    "sge": ["qsub", "qstat", "qdel"], "oar": ["oarsub", "oarstat", "oardel"], "flux": ["flux"],
    "htcondor": ["condor_submit", "condor_q", "condor_rm"], "kubernetes": ["kubectl"],
  ]

  /// Runs `body` with the commands of a system; afterwards none of its jobs is left.
  public static func with<Result: Sendable>(
    _ system: String, _ body: (BatchLab) async throws -> Result
  ) async throws -> Result {
    let folder = NSTemporaryDirectory() + "quanta-batch-" + UUID().uuidString.prefix(8)
    let files = FileManager.default
    try files.createDirectory(atPath: folder + "/state", withIntermediateDirectories: true)
    // Jobs end with the folder.
    defer { try? files.removeItem(atPath: folder) }
    for command in commands[system] ?? [] {
      try files.createSymbolicLink(
        atPath: "\(folder)/\(command)", withDestinationPath: "\(sources)/\(system).py")
    }
    return try await body(BatchLab(folder: folder))
  }

  /// Runs a command of the system's; returns what it prints.
  public func callAsFunction(_ arguments: String...) async -> String {
    await Command.run(["env", environment] + arguments).output
  }

  /// What was called, a line each.
  public var calls: [String] {
    ((try? String(contentsOfFile: folder + "/calls", encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }

  /// How many jobs wait or run.
  public var left: Int { jobs.count { ["pending", "running"].contains($0["state"] as? String) } }

  /// How many jobs run.
  public var running: Int { jobs.count { $0["state"] as? String == "running" } }

  /// Has a running job end as if somebody had called it off.
  public func callOffOne() throws {
    guard let job = jobs.first(where: { $0["state"] as? String == "running" }) else { return }
    let name = "\(job["job"] ?? "")_\(job["index"] ?? "")"
    try Data().write(to: URL(fileURLWithPath: "\(folder)/state/\(name).cancelled"))
  }

  private var jobs: [[String: Any]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/state")) ?? []
    return names.filter { $0.hasSuffix(".json") }.compactMap { name in
      let data = FileManager.default.contents(atPath: "\(folder)/state/\(name)") ?? Data()
      return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    }
  }

  private static let sources =
    #filePath.split(separator: "/").dropLast(2)
    .reduce(into: "") { $0 += "/" + $1 } + "/Lab/batch"
}
