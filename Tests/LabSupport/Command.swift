import Foundation

/// Runs programs from tests, without ever blocking the cooperative pool.
public enum Command {
  /// How a program ended.
  public struct Result: Sendable {
    /// Its exit status; 128 + n after signal n.
    public let status: Int32
    /// Its standard output and error, without the last line end.
    public let output: String
  }

  /// Runs a program to its end on a thread of its own.
  public static func run(_ arguments: [String], environment: [String: String] = [:]) async -> Result
  {
    await detached { runBlocking(arguments, environment: environment) }
  }

  /// Runs a program to its end; blocks the calling thread.
  public static func runBlocking(
    _ arguments: [String], environment: [String: String] = [:]
  ) -> Result {
    // The output goes to a file: a daemon that inherits a pipe would keep it open.
    let path = NSTemporaryDirectory() + "/quanta-command-" + UUID().uuidString
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = FileHandle(forWritingAtPath: path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do {
      try process.run()
    } catch {
      return Result(status: 127, output: "\(error)")
    }
    process.waitUntilExit()
    try? output?.close()
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let isSignal = process.terminationReason == .uncaughtSignal
    return Result(
      status: isSignal ? 128 + process.terminationStatus : process.terminationStatus,
      output: text.hasSuffix("\n") ? String(text.dropLast()) : text)
  }
}

/// Runs blocking work on a thread of its own, so that tests beside it go on.
public func detached<Result: Sendable>(
  _ body: @escaping @Sendable () -> Result
) async -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
