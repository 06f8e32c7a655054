import Basics
import Foundation
import Posix
import Store
import SweepModel

/// One run of hostile programs, and what must hold after it.
final class HostileRun {
  let folder: String
  let notes = ChaosNotes()
  private(set) var summary = "nothing has run"
  private let plan: [HostileProgram]
  private let limit: Int
  private let megabytes: Int
  private let quanta: String
  private let environment: [String: String]
  /// In the arguments or the environment of everything that the programs start: seconds of a sleep.
  private let mark = "8\(UInt32.random(in: 100_000_000...999_999_999))"

  init(_ plan: [HostileProgram], folder: String, limit: Int, megabytes: Int) throws {
    (self.plan, self.limit, self.megabytes) = (plan, limit, megabytes)
    let ours = ProcessInfo.processInfo.environment
    quanta = try LabProgram.path(ours["QUANTA"] ?? ".build/bin/quanta", "name it in QUANTA")
    let worker = try LabProgram.path(
      ours["QUANTA_WORKER"] ?? ".build/bin/quanta-worker", "name it in QUANTA_WORKER")
    self.folder = LabProgram.absolute(folder)
    let own = ["HOME": self.folder + "/home", "QUANTA_WORKER": worker, "NO_COLOR": "1"]
    environment = ours.merging(own) { $1 }
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }
  /// Where the worker keeps what is its own.
  private var work: String { path("work") }

  /// Lets all of them run, and looks.
  func perform() throws {
    try write()
    let code = try run("hostile.yaml", log: "hostile.log")
    if code != 1 && code != 0 { notes.fail("`quanta run` ended with status \(code)") }
    notes.say("all have ended")
    try lookAtProcesses()
    lookAtFiles()
    try checkJobs()
    if try run("calm.yaml", log: "calm.log") != 0 { notes.fail("later jobs do not run") }
    try lookAtProcesses()
    lookAtFiles()
    notes.say("later jobs have run")
  }

  /// Kills what was left.
  func clear() { for process in marked() { kill(process, SIGKILL) } }

  // MARK: Before

  private func write() throws {
    let files = FileManager.default
    for name in ["home", "programs", "decoy"] {
      try files.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }
    for name in ["file", "other"] { try save("precious\n", "decoy/\(name)") }
    for program in plan { try save(program.script + "\n", "programs/\(program.name)") }
    let names = plan.map { quoted($0.name) }.joined(separator: ",\n    ")
    try save(
      """
      name: hostile
      run: [sh, "./{program}"]
      code: \(quoted(path("programs")))
      env: {MARK: "\(mark)", LONG: "sleep \(mark)", DECOY: \(quoted(path("decoy"))), FOLDER: \(quoted(work))}
      grid:
        program: [\(names)]
      resources: {timeout: \(limit)s, memory: 256MiB}
      retries: {max: 1, backoff: 0.1s}

      """, "hostile.yaml")
    let loud = megabytes == 0 ? "" : "; yes | head -c \(megabytes)M"
    try save(
      """
      name: calm
      shell: true
      run: 'echo "{{\\"step\\": 1, \\"loss\\": {number}}}" >>"$QUANTA_METRICS"\(loud)'
      metrics: loss
      grid: {number: [1, 2, 3]}
      """, "calm.yaml")
  }

  private func save(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// A text as YAML and JSON have it.
  private func quoted(_ text: String) -> String { jsonQuoted(text) }

  private func run(_ file: String, log: String) throws -> Int32 {
    let output = try Descriptor(opening: path(log), O_WRONLY | O_CREAT | O_APPEND)
    let child = try Child(
      [
        quanta, "run", path(file), "--store", path("store"), "--folder", work, "--quiet",
        "--keep-going",
      ], output: output, errors: output, environment: environment)
    return try Interruption.code(of: child)
  }

  // MARK: Afterwards

  /// Processes that a program has started, or that run below its folders.
  private func marked() -> [pid_t] {
    Descriptor.names(in: "/proc").compactMap { pid_t($0) }.filter { process in
      guard process != getpid() else { return false }
      let texts = ["cmdline", "environ"].map { name in
        String(
          decoding: FileManager.default.contents(atPath: "/proc/\(process)/\(name)") ?? Data(),
          as: UTF8.self)
      }
      let place =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) ?? ""
      return texts.contains { $0.contains(mark) } || place.hasPrefix(work)
    }
  }

  private func lookAtProcesses() throws {
    // A worker that was let go takes a moment to end.
    for _ in 0..<100 where !marked().isEmpty { try Interruption.pause(0.1) }
    for process in marked() {
      let name = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      notes.fail("process \(process) is left: \(printable(String(decoding: name, as: UTF8.self)))")
    }
  }

  /// Nothing but the mark and the packed code is in the work folder, and what lies elsewhere is as it was.
  private func lookAtFiles() {
    let files = FileManager.default
    let left = (files.enumerator(atPath: work)?.compactMap { $0 as? String } ?? []).filter {
      var isFolder: ObjCBool = false
      return files.fileExists(atPath: "\(work)/\($0)", isDirectory: &isFolder)
        && !isFolder.boolValue
        && $0 != ".quanta-folder" && !$0.hasPrefix("data/")
    }
    if !left.isEmpty {
      notes.fail(
        "\(left.count) files are left in the work folder: \(left.prefix(5).map(printable))")
    }
    let decoys = (try? files.contentsOfDirectory(atPath: path("decoy")))?.sorted()
    let isWhole = ["file", "other"].allSatisfy {
      files.contents(atPath: path("decoy/\($0)")) == Data("precious\n".utf8)
    }
    if decoys != ["file", "other"] || !isWhole {
      notes.fail("files of others were touched: \(decoys ?? [])")
    }
  }

  /// Every job has ended in one of its family's ways, and results can be read.
  private func checkJobs() throws {
    let store = try StoreReader.open(at: path("store"))
    let jobs = try store.jobs(of: "hostile")
    if jobs.count != plan.count { notes.fail("\(jobs.count) jobs of \(plan.count) programs") }
    var counts: [String: Int] = [:]
    for job in jobs {
      guard let program = plan.first(where: { .text($0.name) == job.job.parameters["program"] })
      else {
        notes.fail("a job without a program: \(job.job.parameters)")
        continue
      }
      let result = try store.result(of: job.job.key)
      counts["\(job.state)", default: 0] += 1
      if let problem = problem(of: job, program, result) {
        notes.fail("\(printable(program.name)), \(job.job.key.hex.prefix(10)): \(problem)")
      }
    }
    let states = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    summary = "\(jobs.count) jobs in \(Int(notes.seconds)) s: \(states.joined(separator: ", "))"
  }

  private func problem(of job: JobRecord, _ program: HostileProgram, _ result: JobResult?)
    -> String?
  {
    let reason = job.reason
    switch (job.state, program.ending) {
    case (.done, .done), (.done, .either):
      guard let result else { return "its result cannot be read" }
      guard program.family == .neighbour else { return nil }
      let isWhole =
        result.curve("quiet")?.steps == [1, 2, 3, 4, 5] && result.scalar("quiet.final") == 0.5
      return isWhole ? nil : "a well-behaved job has lost metrics: \(result)"
    case (.setAside, .failed(let words)), (.setAside, .either(let words)):
      return words.contains(where: reason.contains)
        ? nil : "it has another reason: \(printable(reason))"
    default: return "it is \(job.state): \(printable(reason))"
    }
  }
}
