import CPosix
public import Glibc
import Synchronization

/// A program of the user's that runs as a job, with all that it starts.
///
/// A process that has become a ``reaper()`` runs one at a time and has no other children: then whatever
/// the program leaves behind, daemons too, is found and ended. In any other process the program's own
/// session alone is, unless it has a ``ControlGroup``, which holds everything. From one thread.
public struct JobProcess: Sendable {
  /// Its number, which is also that of its session and of its process group.
  public let process: pid_t
  /// Readable once it has ended; nil where the kernel has no such descriptor.
  public let end: Descriptor?
  /// Its control group; nil where there can be none.
  public let group: ControlGroup?

  /// Why a program did not start.
  public struct Refusal: Error {
    /// The folder is not there, or may not be entered.
    public let isFolder: Bool
    /// The error number.
    public let code: Int32
  }

  private static let isReaper = Atomic(false)

  /// Has orphans below this process become its children, all of which are jobs'.
  public static func reaper() {
    _ = quanta_adopt_orphans()
    isReaper.store(true, ordering: .relaxed)
  }

  /// The program and what comes from it.
  private var all: [pid_t] {
    Self.isReaper.load(ordering: .relaxed)
      ? ProcessTree.descendants(of: getpid())
      : [process] + ProcessTree.descendants(of: process)
  }

  /// Memory that everything together holds, bytes.
  public var memoryBytes: Int { all.reduce(0) { $0 + ProcessTree.memoryBytes($1) } }

  /// The same with what several of them share counted once; it takes longer to find out.
  public var ownMemoryBytes: Int { all.reduce(0) { $0 + ProcessTree.ownMemoryBytes($1) } }

  /// Starts a file as a program in a folder; `output` takes what it prints, errors included. Where the
  /// kernel can, it kills all of it when it holds more memory than it may; 0 for any.
  public init(
    _ file: String, _ arguments: [String], environment: [String], folder: String,
    output: Descriptor, memoryBytes: Int = 0
  ) throws(Refusal) {
    group = ControlGroup()
    if memoryBytes > 0 { _ = group?.limitMemory(memoryBytes) }
    let vector = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    var (process, isFolder): (pid_t, Int32) = (0, 0)
    let failure = quanta_start_job(
      &process, file, vector, variables, folder, group?.door, output.number, &isFolder)
    for text in vector + variables { free(text) }
    guard failure == 0 else {
      group?.remove()
      throw Refusal(isFolder: isFolder != 0, code: failure)
    }
    self.process = process
    let number = quanta_process_descriptor(process)
    end = number < 0 ? nil : Descriptor(number: number)
  }

  /// How it ended, once; nil while it runs.
  public func endingNow() -> Child.Ending? {
    Child(adopting: process).endingNow()
  }

  /// Sends a signal to all of its descendants and itself that handle it themselves; false when none
  /// does. Others, whom it would end, are spared.
  public func tell(_ signal: Int32) -> Bool {
    let listeners = all.filter { ProcessTree.catches(signal, $0) }
    for process in listeners { kill(process, signal) }
    return !listeners.isEmpty
  }

  /// Sends a signal to everything that it has started.
  public func signal(_ signal: Int32) {
    if signal == SIGKILL { group?.kill() }
    for process in all { kill(process, signal) }
  }

  /// Kills everything that it has started and takes its endings; false when something cannot be killed
  /// within a few seconds. Cheap where nothing is left. Its control group is gone then.
  public func endAll(_ reaped: (Child.Ending) -> Void) -> Bool {
    group?.kill()
    guard Self.isReaper.load(ordering: .relaxed) else {
      kill(-process, SIGKILL)
      return group?.remove() ?? true
    }
    let isClean = Self.endChildren(reaped)
    return group?.remove() ?? true && isClean
  }

  /// The same of a reaper whose programs have ended.
  public static func endChildren(_ reaped: (Child.Ending) -> Void = { _ in }) -> Bool {
    let deadline = Deadline(secondsFromNow: 5)
    while true {
      switch reapOne(reaped) {
      case .none: return true
      case .some(true): continue
      case .some(false): break
      }
      if deadline.hasPassed { return false }
      // What stands still starts nothing while it is killed.
      var stopped: Set<pid_t> = []
      for _ in 0..<20 {
        let new = ProcessTree.descendants(of: getpid()).filter { stopped.insert($0).inserted }
        if new.isEmpty { break }
        for process in new { kill(process, SIGSTOP) }
      }
      for process in stopped { kill(process, SIGKILL) }
      usleep(500)
    }
  }

  /// Takes the ending of one child: true when there was one, false when none has ended, nil when there
  /// is no child.
  private static func reapOne(_ body: (Child.Ending) -> Void) -> Bool? {
    var (status, usage): (Int32, rusage) = (0, rusage())
    let found = wait4(-1, &status, WNOHANG, &usage)
    if found > 0 { body(Child.Ending(status: status, usage: usage)) }
    return found < 0 ? (errno == EINTR ? true : nil) : found > 0
  }
}

/// Processes as `/proc` shows them.
public enum ProcessTree {
  /// All that descend from a process, without itself.
  public static func descendants(of root: pid_t) -> [pid_t] {
    var children: [pid_t: [pid_t]] = [:]
    guard let folder = try? Descriptor(opening: "/proc", O_RDONLY | O_DIRECTORY) else { return [] }
    for name in folder.names {
      guard let process = pid_t(name), let parent = parent(of: process) else { continue }
      children[parent, default: []].append(process)
    }
    var found: [pid_t] = []
    var waiting = children[root] ?? []
    while let process = waiting.popLast() {
      found.append(process)
      waiting += children[process] ?? []
    }
    return found
  }

  /// Those that a process has started and that live, without theirs.
  public static func children(of process: pid_t) -> [pid_t] {
    Descriptor.names(in: "/proc").compactMap { pid_t($0) }.filter { parent(of: $0) == process }
  }

  /// Resident memory of a process, bytes; 0 of one that is gone.
  static func memoryBytes(_ process: pid_t) -> Int {
    let words = text("/proc/\(process)/statm").split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
  }

  /// Resident memory of a process, bytes; of what it shares with others, its part alone.
  static func ownMemoryBytes(_ process: pid_t) -> Int {
    let line = text("/proc/\(process)/smaps_rollup").split(separator: "\n")
      .first { $0.hasPrefix("Pss:") }
    // Where the kernel does not tell, all of it counts.
    guard let words = line?.split(separator: " "), words.count > 1, let kilobytes = Int(words[1])
    else { return memoryBytes(process) }
    return kilobytes << 10
  }

  /// True where a process has a handler for a signal.
  static func catches(_ signal: Int32, _ process: pid_t) -> Bool {
    let line = text("/proc/\(process)/status").split(separator: "\n")
      .first { $0.hasPrefix("SigCgt:") }
    let digits = line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last ?? "0"
    return (UInt64(digits, radix: 16) ?? 0) >> UInt64(signal - 1) & 1 == 1
  }

  /// True of one that SIGSTOP or its kin has stopped.
  public static func isStopped(_ process: pid_t) -> Bool { facts(of: process).first == "T" }

  static func parent(of process: pid_t) -> pid_t? {
    let words = facts(of: process)
    return words.count > 1 ? pid_t(words[1]) : nil
  }

  /// True where a person's terminal controls a process, as it does a shell's.
  static func hasTerminal(_ process: pid_t) -> Bool {
    let words = facts(of: process)
    return words.count > 4 && words[4] != "0"
  }

  /// What stands behind its name: state, parent and so on; nothing of one that is gone.
  private static func facts(of process: pid_t) -> [Substring] {
    let text = text("/proc/\(process)/stat")
    // The name may hold anything, blanks and parentheses too.
    guard let end = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: end)...].split(separator: " ")
  }

  private static func text(_ path: String) -> String {
    let bytes = (try? Descriptor(opening: path).readAll(limit: 1 << 16)) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}
