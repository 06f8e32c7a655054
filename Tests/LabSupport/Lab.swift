import Foundation
public import Testing

/// Linux hosts for tests, made by `Tests/Lab/hosts`; see there for what they are and can suffer.
///
/// Suites that need one say so by name:
/// `@Suite(.serialized, .enabled(if: Lab.isAvailable, Lab.reason))`. The lab goes away at the end
/// of the scope, and with the process if that dies first.
public struct Lab: Sendable {
  /// Whether this machine can have a lab: root, namespaces, sshd.
  public static var isAvailable: Bool { unavailability == nil }
  /// Why a suite that needs a lab is skipped; the text to give as the trait's comment.
  public static let reason: Comment = Comment(
    rawValue: "needs a lab of hosts in namespaces: \(unavailability ?? "available here")")
  /// Whether this machine can at least run an sshd of its own on loopback.
  public static var hasLoopback: Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")
  }

  /// The lab's folder: `ssh_config`, `known_hosts`, `id`.
  public let folder: String

  /// Runs `body` with `count` hosts h1…; the last `behind` of them are reached through h1 only.
  /// Their small disks hold `disk`, such as `64m`.
  public static func withHosts<Result: Sendable>(
    _ count: Int, behind: Int = 0, disk: String = "4m", _ body: (Lab) async throws -> Result
  ) async throws -> Result {
    try await with(["up", String(count), String(behind)], environment: ["DISK": disk], body)
  }

  /// Runs `body` with one plain sshd on loopback, as host h1.
  public static func withLoopback<Result: Sendable>(
    _ body: (Lab) async throws -> Result
  ) async throws -> Result {
    try await with(["loop"], body)
  }

  /// Runs a verb of `Tests/Lab/hosts` such as `cut`; throws `LabError` when it fails.
  ///
  /// Returns what it printed.
  @discardableResult
  public func callAsFunction(_ verb: String, _ arguments: String...) async throws -> String {
    try await run([verb] + arguments)
  }

  /// The same with the verb and its arguments in one list.
  @discardableResult
  public func run(_ arguments: [String]) async throws -> String {
    try await Lab.script(arguments, folder: folder)
  }

  /// The OpenSSH configuration that knows the hosts as h1, h2 ….
  public var configFile: String { folder + "/ssh_config" }
  /// The known_hosts file that the configuration names.
  public var knownHostsFile: String { folder + "/known_hosts" }
  /// The private key that every host accepts.
  public var identityFile: String { folder + "/id" }

  /// The address of a host that is reached directly.
  public func address(_ host: Int) throws -> String {
    let environment = try String(contentsOfFile: folder + "/lab.env", encoding: .utf8)
    let subnet = environment.split(separator: "\n").first { $0.hasPrefix("SUB=") }
    return (subnet?.dropFirst(4) ?? "") + "." + String(host)
  }

  /// The path on this machine of a path in a host's home.
  public func home(_ host: Int, _ path: String) -> String { "\(folder)/h\(host)/home/\(path)" }

  private static func with<Result: Sendable>(
    _ verb: [String], environment: [String: String] = [:], _ body: (Lab) async throws -> Result
  ) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.path + "/quanta-lab-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    do {
      try await script(verb, folder: folder, environment: environment)
      let result = try await body(Lab(folder: folder))
      try await script(["down"], folder: folder)
      try? FileManager.default.removeItem(atPath: folder)
      return result
    } catch {
      _ = try? await script(["down"], folder: folder)
      try? FileManager.default.removeItem(atPath: folder)
      throw error
    }
  }

  private static let unavailability: String? = {
    let result = Command.runBlocking([scriptPath, "can"], environment: ["LAB": "/nonexistent"])
    return result.status == 0 ? nil : result.output
  }()

  private static let scriptPath =
    #filePath.split(separator: "/").dropLast(2)
    .reduce(into: "") { $0 += "/" + $1 } + "/Lab/hosts"

  @discardableResult
  private static func script(
    _ arguments: [String], folder: String, environment: [String: String] = [:]
  ) async throws -> String {
    let owner = String(ProcessInfo.processInfo.processIdentifier)
    let own = ["LAB": folder, "OWNER": owner]
    let result = await Command.run(
      [scriptPath] + arguments, environment: environment.merging(own) { $1 })
    guard result.status == 0 else {
      throw LabError(command: arguments, status: result.status, output: result.output)
    }
    return result.output
  }
}

/// A verb of the lab that failed.
public struct LabError: Error {
  /// The verb and its arguments.
  public let command: [String]
  /// Its exit status.
  public let status: Int32
  /// What it printed.
  public let output: String
}
