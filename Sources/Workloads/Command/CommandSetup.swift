import Basics
import Glibc
import Posix
import SweepModel

/// What runs once on a host before the first job: an environment of Python's, modules, a compiler.
///
/// It runs in a copy of the code that all jobs of the host share, and leaves its variables to them.
public struct CommandSetup {
  /// How the names of its folders begin.
  public static let prefix = "setup-"

  /// Says where the shell leaves its variables.
  private static let fileVariable = "QUANTA_SETUP_VARIABLES"

  /// How long it may take at least, seconds.
  private static let leastLimit = 3600.0

  private let lines: [String]
  private let limit: Double
  private let folder: String

  /// Nil where there is nothing to set up.
  init?(_ spec: CommandSpec, code: DataSet?, _ place: JobPlace) {
    guard !spec.setup.isEmpty else { return nil }
    lines = spec.setup
    limit = max(Self.leastLimit, place.timeoutSeconds ?? 0)
    // Another version of the code or of the lines has another folder.
    let text = Array(spec.setup.joined(separator: "\n").utf8)
    let number = FNV1a(text[...]).value
    let hash = code.map { String($0.hash.prefix(16)) } ?? "none"
    folder = "\(place.shared)/\(Self.prefix)\(hash)-\(String(number, radix: 16))"
  }

  private var copy: String { "\(folder)/code" }
  private var variables: String { "\(folder)/variables" }

  /// It has been done.
  func isDone() throws -> Bool { try read() != nil }

  /// The variables that it leaves; runs it where that has not been done.
  func variables(
    _ environment: CommandEnvironment, code: DataSet?, _ context: any JobContext
  ) throws -> [String: String] {
    if let known = try read() { return known }
    context.setUp(isOver: false)
    defer { context.setUp(isOver: true) }
    do {
      try makeFolders(folder, mode: 0o700)
      let lock = try Descriptor(opening: "\(folder)/lock", O_RDWR | O_CREAT, mode: 0o600)
      try wait(for: lock, context)
      // Another job may have done it meanwhile.
      if let known = try read() { return known }
      try run(environment, code, context)
    } catch let error as PosixError {
      throw HostFailure("The set-up cannot begin: \(error)")
    }
    guard let known = try read() else { throw HostFailure("The set-up left no variables.") }
    return known
  }

  private func wait(for lock: Descriptor, _ context: any JobContext) throws {
    var hasSaid = false
    while flock(lock.number, LOCK_EX | LOCK_NB) != 0 {
      if !hasSaid { context.log("waits for the set-up, which another job runs") }
      hasSaid = true
      try context.checkStop()
      usleep(100_000)
    }
  }

  private func read() throws -> [String: String]? {
    guard let bytes = try AtomicFile.read(variables) else { return nil }
    var values: [String: String] = [:]
    for line in bytes.split(separator: 0) {
      let text = String(decoding: line, as: UTF8.self)
      guard let equals = text.firstIndex(of: "=") else { continue }
      values[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return values
  }

  private func run(
    _ environment: CommandEnvironment, _ code: DataSet?, _ context: any JobContext
  ) throws {
    FolderArchive.remove(copy)
    try makeFolders(copy, mode: 0o700)
    if let code {
      try FolderArchive.unpack(context.content(of: code), into: copy)
    }
    var environment = environment
    environment["QUANTA_SETUP_DIR"] = copy
    let shell = environment.file(of: "bash") ?? "/bin/sh"
    let file = "\(variables).new"
    FolderArchive.remove(file)
    environment[Self.fileVariable] = file
    // However its lines end, by `exit 0` too, and wherever they go.
    let keep = "env -0 >\"$\(Self.fileVariable)\""
    let script = "trap '\(keep)' EXIT\nset -e\n" + lines.joined(separator: "\n") + "\n\(keep)\n"
    context.log("set-up: runs once on this host")
    var output = CommandOutput(at: monotonicSeconds())
    var process = try CommandProcess(
      shell, [shell, "-c", script], environment: environment.lines, folder: copy,
      limits: CommandProcess.Limits(endsAt: monotonicSeconds() + limit))
    let outcome = try process.watch(
      context,
      take: { bytes in
        let text = output.take(bytes, at: monotonicSeconds())
        if !text.isEmpty { context.log(output: text) }
      }, look: { _ in })
    let rest = output.end()
    if !rest.isEmpty { context.log(output: rest) }
    if outcome.isStopped { throw JobStopped() }
    if outcome.exceededTime { throw HostFailure("The set-up took longer than \(Int(limit)) s.") }
    guard outcome.ending.status == 0 else {
      throw HostFailure(
        "The set-up ended with status \(outcome.ending.code)"
          + (output.lastWords.isEmpty ? "" : "; last words: \(output.lastWords)"))
    }
    // The shell's own variables are none of a job's.
    guard let left = try AtomicFile.read(file) else {
      throw HostFailure(
        "The set-up ended well, but its shell left no variables: does a line replace the shell (exec)?"
      )
    }
    let kept = left.split(separator: 0).filter { line in
      !["PWD=", "OLDPWD=", "SHLVL=", "_=", "\(Self.fileVariable)="].contains {
        line.starts(with: Array($0.utf8))
      }
    }
    try AtomicFile.write(
      Array(kept.joined(separator: [0])), to: variables, mode: 0o600, isDurable: true)
  }
}
