import Basics
import Glibc
import Posix
import SweepModel

/// A program that runs below this process, watched until it and all that it started have ended.
///
/// When the job shall stop it is told so by a signal that it handles, else by TERM, and killed with all
/// that it started where it does not end.
struct CommandProcess {
  /// How it is watched.
  struct Limits {
    /// The signal by which it learns that it must end soon; nil for none.
    var warning: Int32?
    /// When it is warned of its time limit, monotonic seconds; nil for never.
    var warnAt: Double?
    /// When it is killed, monotonic seconds; nil for never.
    var endsAt: Double?
    /// Memory for everything together, bytes; 0 for any.
    var memoryBytes = 0
  }

  /// How it ended.
  struct Outcome {
    let ending: Child.Ending
    /// It was told to stop.
    let isStopped: Bool
    /// CPU time of everything that it started, seconds.
    let cpuSeconds: Double
    /// The most memory that everything held at a time, as far as was seen, bytes.
    let peakMemoryBytes: Int
    /// It was killed because it held more memory than it may.
    let exceededMemory: Bool
    /// It was killed because it took longer than it may.
    let exceededTime: Bool
    /// Everything that it started has ended.
    let isClean: Bool
  }

  /// Time after a warning, and after that until it is killed, seconds: the worker kills this process
  /// after ten.
  private static let (patience, limit) = (5.0, 8.0)

  /// Time between two looks at it, seconds.
  private static let lookInterval = 0.25

  private let process: JobProcess
  private let output: Descriptor
  private let limits: Limits
  private var stoppedAt: Double?
  private var termAt: Double?
  private var killAt: Double?
  private var isWarned = false
  private var exceededMemory = false
  private var exceededTime = false
  private var peakMemory = 0
  private var nextLook = monotonicSeconds() + CommandProcess.lookInterval

  init(
    _ file: String, _ arguments: [String], environment: [String], folder: String, limits: Limits
  ) throws {
    let (reading, writing) = try makePipe()
    do throws(JobProcess.Refusal) {
      process = try JobProcess(
        file, arguments, environment: environment, folder: folder, output: writing,
        memoryBytes: limits.memoryBytes)
    } catch {
      let reason = unsafe String(cString: strerror(error.code))
      throw JobFailure(
        error.isFolder
          ? "The folder \(folder) cannot be entered: \(reason)."
          : "The program \(printable(file)) does not start: \(reason).")
    }
    writing.close()
    reading.makeNonBlocking()
    output = reading
    self.limits = limits
  }

  /// Watches it to its end. `take` gets what it prints; `look` is called some times a second.
  mutating func watch(
    _ context: any JobContext, take: ([UInt8]) -> Void, look: (Double) throws -> Void
  ) throws -> Outcome {
    var isOpen = true
    var ending: Child.Ending?
    while ending == nil {
      wait(isOpen)
      if isOpen { isOpen = drain(take) }
      ending = process.endingNow()
      let now = monotonicSeconds()
      stop(context, at: now)
      if now >= nextLook {
        nextLook = now + Self.lookInterval
        watchMemory()
        try look(now)
      }
    }
    guard let ending else { preconditionFailure("it has ended") }
    var cpuSeconds = ending.cpuSeconds
    var peak = max(peakMemory, ending.usage.ru_maxrss << 10)
    // The group is gone once everything has ended.
    if process.group?.hasExceededMemory == true { exceededMemory = true }
    let isClean = process.endAll { other in
      cpuSeconds += other.cpuSeconds
      peak = max(peak, other.usage.ru_maxrss << 10)
    }
    while isOpen, let more = try? output.readSome(), !more.isEmpty { take(more) }
    if !isClean { context.log("warning: something that this job started cannot be killed") }
    return Outcome(
      ending: ending, isStopped: stoppedAt != nil, cpuSeconds: cpuSeconds, peakMemoryBytes: peak,
      exceededMemory: exceededMemory, exceededTime: exceededTime, isClean: isClean)
  }

  private func wait(_ isOpen: Bool) {
    var entries: [pollfd] = []
    if let end = process.end {
      entries.append(pollfd(fd: end.number, events: Int16(POLLIN), revents: 0))
    }
    if isOpen { entries.append(pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)) }
    // Without a descriptor of its end the program is looked at often.
    let seconds = process.end == nil ? 0.01 : 0.1
    waitForEvents(&entries, until: Deadline(secondsFromNow: seconds))
  }

  /// Takes what has been printed; false at its end.
  private func drain(_ take: ([UInt8]) -> Void) -> Bool {
    // A program that prints without end is watched meanwhile.
    for _ in 0..<16 {
      guard let bytes = try? output.readSome() else { return true }
      if bytes.isEmpty { return false }
      take(bytes)
    }
    return true
  }

  private mutating func stop(_ context: any JobContext, at now: Double) {
    if let due = limits.warnAt, now >= due, !isWarned {
      isWarned = true
      if let signal = limits.warning { _ = process.tell(signal) }
    }
    if stoppedAt == nil, (try? context.checkStop()) == nil {
      stoppedAt = now
      let hears = limits.warning.map(process.tell) ?? false
      termAt = hears ? now + Self.patience : now
      killAt = now + Self.limit
    }
    if let due = limits.endsAt, now >= due, !exceededTime {
      exceededTime = true
      killAt = now
    }
    if let due = termAt, now >= due {
      process.signal(SIGTERM)
      termAt = nil
    }
    if let due = killAt, now >= due {
      process.signal(SIGKILL)
      killAt = now + 0.5
    }
  }

  private mutating func watchMemory() {
    guard limits.memoryBytes > 0 else { return }
    var sum = process.memoryBytes
    // Processes that one has forked share much.
    if sum > limits.memoryBytes { sum = process.ownMemoryBytes }
    peakMemory = max(peakMemory, sum)
    guard sum > limits.memoryBytes, !exceededMemory else { return }
    exceededMemory = true
    process.signal(SIGKILL)
  }
}
