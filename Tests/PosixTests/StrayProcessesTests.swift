import Foundation
import Posix
import Testing

/// What jobs have left whose worker was killed.
@Suite struct StrayProcessesTests {
  /// Starts a sleep that nobody waits for, in a session of its own; its number.
  private func stray(in folder: String, _ environment: [String: String]) throws -> pid_t {
    let script =
      "cd '\(folder)' && setsid -f sh -c 'echo $$ >pid.new; mv pid.new pid; exec sleep 1000'"
    let child = try Child(
      ["sh", "-c", script], program: "/bin/sh", output: .standardOutput, errors: .standardError,
      environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 })
    _ = child.wait()
    while true {
      if let bytes = try AtomicFile.read("\(folder)/pid"),
        let process = pid_t(String(decoding: bytes.dropLast(), as: UTF8.self))
      {
        return process
      }
      usleep(1000)
    }
  }

  private func makeScratch() throws -> String {
    let folder =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
      + "/quanta-stray-" + UUID().uuidString
    try makeFolders(folder)
    return folder
  }

  private func isAlive(_ process: pid_t) -> Bool {
    // A zombie that its new parent has not buried yet is none.
    guard let file = try? Descriptor(opening: "/proc/\(process)/stat"),
      let bytes = try? file.readAll(limit: 1000)
    else { return false }
    return !String(decoding: bytes, as: UTF8.self).contains(") Z ")
  }

  @Test func end_findsThemByTheirVariableOrTheirFolder_andSparesOthers() throws {
    let scratch = try makeScratch()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let jobs = "\(scratch)/jobs"
    for name in ["jobs/a", "jobs-of-others", "b", "c"] {
      try makeFolders("\(scratch)/\(name)")
    }
    let inFolder = try stray(in: "\(jobs)/a", [:])
    let marked = try stray(in: "\(scratch)/b", ["X": "\(jobs)/k/metrics"])
    let beside = try stray(in: "\(scratch)/jobs-of-others", ["X": "\(jobs)-of-others/k"])
    let other = try stray(in: "\(scratch)/c", ["Y": "\(jobs)/k/metrics"])
    defer { for process in [inFolder, marked, beside, other] { kill(process, SIGKILL) } }
    kill(marked, SIGSTOP)
    #expect(StrayProcesses.end("X", in: jobs) == 2)
    #expect(!isAlive(inFolder) && !isAlive(marked))
    #expect(isAlive(beside) && isAlive(other))
    #expect(StrayProcesses.end("X", in: jobs) == 0)
  }

  @Test func isStopped_isTrueOfWhatSTOPHasStopped() throws {
    let scratch = try makeScratch()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let process = try stray(in: scratch, [:])
    defer { kill(process, SIGKILL) }
    #expect(!ProcessTree.isStopped(process) && !ProcessTree.isStopped(0))
    kill(process, SIGSTOP)
    while !ProcessTree.isStopped(process) { usleep(1000) }
    kill(process, SIGCONT)
    while ProcessTree.isStopped(process) { usleep(1000) }
  }
}
