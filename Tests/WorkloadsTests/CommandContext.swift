import Foundation
import SweepModel
import Testing

@testable import Workloads

/// A folder for the programs of a test, and what they tell.
final class CommandContext: JobContext {
  let threads = 2
  let folder = NSTemporaryDirectory() + "command-\(UUID().uuidString)"
  var place: JobPlace?
  var checkpoint: [UInt8]?
  var isCheckpointDue = false
  /// Asks the program to stop once its log holds this.
  var stopsAt: String?
  private(set) var printed = ""
  private(set) var setUps: [Bool] = []
  private(set) var used = (cpuSeconds: 0.0, peakMemoryBytes: 0)
  private(set) var shown: [(metric: String, step: Int)] = []
  private let code: [UInt8]

  // swift-format-ignore: NeverForceUnwrap
  static let job = JobKey(hex: String(repeating: "ab", count: 32))!

  init(code: [UInt8] = [], token: Int = 1, timeoutSeconds: Double? = nil, memoryBytes: Int = 0)
    throws
  {
    self.code = code
    try FileManager.default.createDirectory(
      atPath: folder + "/shared", withIntermediateDirectories: true)
    go(token: token, timeoutSeconds: timeoutSeconds, memoryBytes: memoryBytes)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The next attempt on the same host.
  func go(token: Int, timeoutSeconds: Double? = nil, memoryBytes: Int = 0) {
    place = JobPlace(
      attempt: AttemptID(job: Self.job, number: token, token: token), folder: folder + "/job",
      shared: folder + "/shared", timeoutSeconds: timeoutSeconds, memoryBytes: memoryBytes)
  }

  func loadCheckpoint() -> [UInt8]? { checkpoint }
  func saveCheckpoint(_ bytes: [UInt8]) { checkpoint = bytes }
  func checkStop() throws {
    if let stopsAt, printed.contains(stopsAt) { throw JobStopped() }
  }
  func report(step: Int, of total: Int, metric: String, value: Double) {
    shown.append((metric, step))
  }
  func setUp(isOver: Bool) { setUps.append(isOver) }
  func log(_ line: String) { printed += line + "\n" }
  func log(output: [UInt8]) { printed += String(decoding: output, as: UTF8.self) }
  func use(cpuSeconds: Double, peakMemoryBytes: Int) { used = (cpuSeconds, peakMemoryBytes) }
  func withData<Result>(
    _ set: DataSet, _ body: (Span<UInt8>) throws -> Result
  ) throws -> Result {
    let code = code
    return try body(code.span)
  }
}

extension CommandSpec {
  /// A shell's script.
  init(script: String, _ change: (inout CommandSpec) -> Void = { _ in }) {
    self.init()
    run = [script]
    isShell = true
    change(&self)
  }

  /// Runs it with some parameters.
  func run(
    _ own: [String: Value] = [:], handling: CommandHandling = CommandHandling(),
    in context: CommandContext
  ) throws -> JobResult {
    var parameters = Parameters(own.map { Parameters.Entry(name: $0.key, value: $0.value) })
    parameters[CommandSpec.parameter] = .text(text)
    parameters[CommandSpec.handling] = .text(handling.text)
    return try Command.run(parameters, in: context)
  }

  /// What it comes to, or why it fails.
  func failure(_ own: [String: Value] = [:], in context: CommandContext) -> String {
    do {
      return "\(try run(own, in: context))"
    } catch {
      return "\(error)"
    }
  }
}
