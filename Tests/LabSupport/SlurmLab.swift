import Foundation
public import Testing

/// A real Slurm on this machine, made by `Tests/Lab/slurm`; see there for what it is and can suffer.
///
/// Suites that need one say so by name: `@Suite(.enabled(if: SlurmLab.isAvailable, SlurmLab.reason))`.
public struct SlurmLab: Sendable {
  /// Whether this machine can run Slurm's daemons: root, and Debian's slurm-wlm and munge.
  public static var isAvailable: Bool { unavailability == nil }
  /// Why a suite that needs Slurm is skipped; the text to give as the trait's comment.
  public static let reason = Comment(
    rawValue: "needs a Slurm of its own: \(unavailability ?? "available here")")

  /// The lab's folder: logs, and `slurm.conf`.
  public let folder: String

  /// What points Slurm's commands at it.
  public var environment: String { "SLURM_CONF=\(folder)/slurm.conf" }

  /// Runs `body` with a Slurm of three nodes n1, n2, n3 of four cores; partitions `main` and `urgent`, whose
  /// jobs take the nodes of the other's.
  public static func with<Result: Sendable>(
    _ body: (SlurmLab) async throws -> Result
  ) async throws -> Result {
    // Short: Slurm puts sockets there.
    let folder = "/tmp/quanta-slurm-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let lab = SlurmLab(folder: folder)
    let outcome: Swift.Result<Result, any Error>
    do {
      try await lab("up")
      outcome = .success(try await body(lab))
    } catch {
      outcome = .failure(error)
    }
    _ = try? await lab("down")
    try? FileManager.default.removeItem(atPath: folder)
    return try outcome.get()
  }

  /// Runs a verb of `Tests/Lab/slurm`; throws `LabError` when it fails.
  public func callAsFunction(_ verb: String...) async throws {
    let owner = String(ProcessInfo.processInfo.processIdentifier)
    let result = await Command.run(
      [Self.script] + verb, environment: ["LAB": folder, "OWNER": owner])
    guard result.status == 0 else {
      throw LabError(command: verb, status: result.status, output: result.output)
    }
  }

  /// Runs one of Slurm's own commands; returns its lines.
  public func slurm(_ arguments: String...) async -> [String] {
    let result = await Command.run(["env", environment] + arguments)
    return result.output.split(separator: "\n").map(String.init)
  }

  private static let unavailability: String? = {
    let result = Command.runBlocking([script, "can"])
    return result.status == 0 ? nil : result.output
  }()

  private static let script =
    #filePath.split(separator: "/").dropLast(2)
    .reduce(into: "") { $0 += "/" + $1 } + "/Lab/slurm"
}
