import CPosix
public import Glibc

/// A process that this one has started and waits for.
public struct Child: Sendable {
  /// Its number.
  public let process: pid_t

  /// Starts `arguments[0]`, looked up in PATH unless it holds a slash; `program` is started instead
  /// where one is given.
  ///
  /// The child has the three descriptors as its standard ones, nil being `/dev/null`, and no other. It
  /// leads a session and a process group of its own, so that Ctrl-C at the terminal does not reach it,
  /// unless it keeps the terminal. It starts with no signal blocked, and ignores none, except that one
  /// that keeps the terminal ignores Ctrl-C when this process does. `environment` replaces ours.
  public init(
    _ arguments: [String], program: String? = nil, input: Descriptor? = nil,
    output: Descriptor? = nil, errors: Descriptor? = nil, environment: [String: String]? = nil,
    keepsTerminal: Bool = false
  ) throws(PosixError) {
    let name = program ?? arguments.first ?? ""
    var process: pid_t = 0
    let vector = arguments.map { strdup($0) } + [nil]
    let variables = (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
    let descriptors = [input?.number ?? -1, output?.number ?? -1, errors?.number ?? -1]
    let failure = variables.withUnsafeBufferPointer { variables in
      quanta_spawn(
        &process, name, vector, environment == nil ? nil : variables.baseAddress, descriptors,
        keepsTerminal ? 1 : 0)
    }
    for text in vector + variables { free(text) }
    guard failure == 0 else { throw PosixError(call: "start \(arguments.first ?? name)", failure) }
    self.process = process
  }

  /// Waits for a process that was started otherwise.
  init(adopting process: pid_t) { self.process = process }

  /// How a process ended.
  public struct Ending: Sendable {
    /// As wait(2) gives it.
    public let status: Int32
    /// What it and its own children have used.
    public let usage: rusage

    /// CPU time that it and its own children have used, seconds.
    public var cpuSeconds: Double {
      [usage.ru_utime, usage.ru_stime].reduce(0) {
        $0 + Double($1.tv_sec) + Double($1.tv_usec) * 1e-6
      }
    }

    /// The exit status; 128 + n after signal n, as shells count.
    public var code: Int32 { signal.map { 128 + $0 } ?? ((status >> 8) & 0xFF) }

    /// The signal that ended it; nil when it exited.
    public var signal: Int32? { status & 0x7F == 0 ? nil : status & 0x7F }
  }

  /// Waits for its end, once.
  public func wait() -> Ending { reap(0) ?? Ending(status: 0, usage: rusage()) }

  /// How it ended, once; nil while it runs.
  public func endingNow() -> Ending? { reap(WNOHANG) }

  private func reap(_ options: Int32) -> Ending? {
    var (status, usage): (Int32, rusage) = (0, rusage())
    var found: pid_t = 0
    repeat {
      found = wait4(process, &status, options, &usage)
    } while found < 0 && errno == EINTR
    // Reaped by somebody else: its status is lost.
    return found == 0 ? nil : Ending(status: found < 0 ? 0 : status, usage: usage)
  }
}

/// Has the kernel kill this process when the one that started it ends, however that happens.
public func dieWithParent() { _ = quanta_die_with_parent() }
