import Foundation
import Posix
import Testing

/// What jobs have left whose worker was killed.
@Suite struct StrayProcessesTests {
  /// Starts a sleep that nobody waits for, in a session of its own; its number.
  private func stray(
    in folder: String, _ environment: [String: String], input: String = "/dev/null"
  ) throws -> pid_t {
    let script =
      "cd '\(folder)' && setsid -f sh -c 'exec <\(input); echo $$ >pid.new; mv pid.new pid; "
      + "exec sleep 1000'"
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

  /// The first terminal that the leader of a session opens is its own, as that of a person's shell.
  @Test func end_sparesWhoeverLooksAroundThere() throws {
    let scratch = try makeScratch()
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let folder = "\(scratch)/jobs/a"
    try makeFolders(folder)
    let screen = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    defer { close(screen) }
    var (number, isLocked): (Int32, Int32) = (0, 0)
    // TIOCGPTN and TIOCSPTLCK of ioctl_tty(2).
    #expect(ioctl(screen, 0x8004_5430, &number) == 0)
    #expect(ioctl(screen, 0x4004_5431, &isLocked) == 0)
    let person = try stray(in: folder, [:], input: "/dev/pts/\(number)")
    defer { kill(person, SIGKILL) }
    #expect(StrayProcesses.end("X", in: "\(scratch)/jobs") == 0)
    #expect(isAlive(person))
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
