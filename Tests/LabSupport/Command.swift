import Foundation
import Transport

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
    // The output goes to a file, and the child gets no other descriptor of ours: what a daemon
    // inherits it would keep open.
    let path = FileManager.default.temporaryDirectory.path + "/quanta-command-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: path) }
    let settings = environment.map { "\($0)=\($1)" }.sorted()
    let shell = ["/bin/sh", "-c", #"exec env "$@" > "$0" 2>&1 < /dev/null"#, path]
    do {
      let child = try ChildProcess(shell + settings + arguments)
      let status = child.end(graceSeconds: 600)
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return Result(status: status, output: text.hasSuffix("\n") ? String(text.dropLast()) : text)
    } catch {
      return Result(status: 127, output: error.message)
    }
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
