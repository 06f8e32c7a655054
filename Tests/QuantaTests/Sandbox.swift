import Foundation
import LabSupport
import Posix
import Testing

/// A folder of its own with a home of its own, in which the real `quanta` runs.
struct Sandbox {
  let folder: String

  /// Where the programs of this build are: beside the test runner.
  static let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path

  /// Where its own programs are: those of this build, or what a test has made.
  var programs = Self.programs

  init() throws {
    folder = NSTemporaryDirectory() + "quanta-test-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder + "/home", withIntermediateDirectories: true)
  }

  /// Runs `body` in a sandbox; afterwards no worker of it is left and its files are gone.
  static func with(_ body: (Sandbox) async throws -> Void) async throws {
    let sandbox = try Sandbox()
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body(sandbox))
    } catch {
      outcome = .failure(error)
    }
    _ = await Command.run(["pkill", "-9", "-f", "--", "--folder \(sandbox.folder)/"])
    try? FileManager.default.removeItem(atPath: sandbox.folder)
    try outcome.get()
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(name)")
  }

  /// The folder of this machine's only session, relative to ``folder``; nil while there is none.
  var sessionFolder: String? {
    let sessions = "home/.quanta/sessions"
    let files = FileManager.default
    guard let session = try? files.contentsOfDirectory(atPath: "\(folder)/\(sessions)").first,
      let host = try? files.contentsOfDirectory(atPath: "\(folder)/\(sessions)/\(session)").first
    else { return nil }
    return "\(sessions)/\(session)/\(host)"
  }

  /// Everything under the folder but the home.
  var files: [String] {
    (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
      .filter { !$0.hasPrefix("home") }.sorted()
  }

  private var prefix: [String] {
    [
      // A runner under nohup must not make hang-ups go unheard.
      "env", "--default-signal=HUP", "-C", folder, "HOME=\(folder)/home", "NO_COLOR=1",
      "QUANTA_WORKER="
        + (programs == Self.programs ? Self.workerPath : programs + "/quanta-worker"),
    ]
  }

  /// The worker that `scripts/test` has built for shipping, or else this build's.
  static let workerPath =
    ProcessInfo.processInfo.environment["QUANTA_WORKER"] ?? programs + "/quanta-worker"

  /// Runs a command to its end, with `NAME=value` added to its environment.
  func quanta(_ arguments: String..., environment: [String] = []) async -> Command.Result {
    await quanta(arguments, environment: environment)
  }

  func quanta(_ arguments: [String], environment: [String] = []) async -> Command.Result {
    await Command.run(prefix + environment + [programs + "/quanta"] + arguments)
  }

  /// Runs a shell script whose `quanta` is this sandbox's.
  func shell(_ script: String) async -> Command.Result {
    await Command.run(prefix + ["sh", "-ec", "PATH='\(programs)':$PATH\n\(script)"])
  }

  /// Starts a command and leaves it running; its output goes to `log` in the folder.
  func start(_ arguments: String..., log: String = "log") throws -> StartedProgram {
    try start(arguments, log: log)
  }

  func start(
    _ arguments: [String], log: String = "log", environment: [String] = []
  ) throws -> StartedProgram {
    try StartedProgram(
      prefix + environment + [programs + "/quanta"] + arguments,
      output: Descriptor(opening: "\(folder)/\(log)", O_WRONLY | O_CREAT | O_TRUNC))
  }

  func text(of name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
  }

  /// Waits until so many jobs of the only sweep are done; fails the test after some minutes.
  func waitForDone(_ count: Int) async throws {
    try await waitUntil("\(count) jobs are done") {
      let status = await quanta("status", "--json")
      guard let object = try? JSONSerialization.jsonObject(with: Data(status.output.utf8)),
        let sweeps = (object as? [String: Any])?["sweeps"] as? [[String: Any]],
        let states = sweeps.first?["states"] as? [String: Int]
      else { return false }
      return states["done", default: 0] >= count
    }
  }

  /// The key of a job in a state.
  func firstJob(_ state: String) async throws -> String {
    let jobs = await quanta("jobs", "--state", state)
    let row = try #require(jobs.output.split(separator: "\n").dropFirst().first, "\(state)")
    return String(try #require(row.split(separator: " ").first))
  }

  func waitUntil(_ what: String, _ condition: () async -> Bool) async throws {
    let deadline = Date(timeIntervalSinceNow: 500)
    while !(await condition()) {
      try #require(Date() < deadline, "waited for minutes until \(what)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// The results without what may differ between hosts and attempts: key, parameters, scalars.
  func resultTable(store: String = "quanta-store") async -> String {
    let runs = await quanta("jobs", "--json", "--store", store)
    guard let rows = try? JSONSerialization.jsonObject(with: Data(runs.output.utf8)),
      let jobs = rows as? [[String: Any]]
    else { return "no table: \(runs.output)" }
    return jobs.map { job in
      let scalars = (job["scalars"] as? [String: Double] ?? [:]).sorted { $0.key < $1.key }
        .map { "\($0.key)=\($0.value.bitPattern)" }
      return "\(job["key"] ?? "") \(job["state"] ?? "") \(scalars.joined(separator: " "))"
    }.joined(separator: "\n")
  }
}

/// A sweep of the self-test workload: `jobs` jobs of `steps` steps of `milliseconds` each.
func selfTest(
  jobs: Int, steps: Int = 3, milliseconds: Int = 0, ending: String = "result", extra: String = ""
) -> String {
  """
  name: trial
  workload: self-test
  settings: {steps: \(steps), stepMilliseconds: \(milliseconds), ending: \(ending)}
  grid:
    size: {range: [10, \(10 + jobs)]}
  fits:
    c: {x: size, y: loss.final}
  \(extra)
  """
}
