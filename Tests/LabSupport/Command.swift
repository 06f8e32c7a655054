import Foundation
public import Glibc
public import Posix
import Synchronization

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
    do {
      let (text, code) = try Child.output(
        of: arguments,
        environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
      return Result(status: code, output: text.hasSuffix("\n") ? String(text.dropLast()) : text)
    } catch {
      return Result(status: 127, output: "\(error)")
    }
  }
}

/// A program that a test has started and leaves running.
public final class StartedProgram: Sendable {
  private let child: Child
  private let ending = Mutex<Child.Ending?>(nil)

  /// Starts a program, looked up in PATH, that reads nothing unless it gets an input.
  public init(_ arguments: [String], input: Descriptor? = nil, output: Descriptor) throws {
    child = try Child(arguments, input: input, output: output, errors: output)
  }

  /// Its number.
  public var processIdentifier: pid_t { child.process }

  /// False once it has ended.
  public var isRunning: Bool { status == nil }

  /// Its exit status, 128 + n after signal n; nil while it runs.
  public var status: Int32? {
    ending.withLock { ending in
      if ending == nil { ending = child.endingNow() }
      return ending?.code
    }
  }

  /// Ctrl-C.
  public func interrupt() { kill(child.process, SIGINT) }

  /// Asks it to end.
  public func terminate() { kill(child.process, SIGTERM) }

  /// Waits for its end without blocking the pool; its exit status.
  public func end() async -> Int32 {
    await detached {
      while true {
        if let status = self.status { return status }
        usleep(5_000)
      }
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
