@preconcurrency import Glibc  // `environ` is a C global
import SweepModel

/// A program that this process started, with one socket as its standard input and output and
/// one for its standard error.
///
/// The child leads a session of its own, so that Ctrl-C at the terminal does not reach it, unless
/// it is to ask at that terminal. It starts with no signal blocked, and ignores none, except that
/// one that may ask ignores Ctrl-C when this process does. It inherits no other descriptor. Not
/// thread-safe: the thread that starts a child also ends it; `deinit` kills and reaps what still
/// runs.
package final class ChildProcess {
  /// Our end of its standard input and output; does not block.
  package let pipe: Int32
  /// Our end of its standard error; does not block.
  package let errorPipe: Int32
  private let processID: pid_t
  private var status: Int32?
  private var isPipeOurs = true

  /// Starts `arguments[0]`, looked up in PATH unless it holds a slash; `keepsTerminal` lets it ask
  /// questions at our terminal.
  ///
  /// Throws `LinkFailure` with code `configuration` when the program cannot be started.
  package init(_ arguments: [String], keepsTerminal: Bool = false) throws(LinkFailure) {
    let name = arguments.first ?? ""
    guard let pipes = makeSocketPair() else {
      throw ChildProcess.failure(name, errno)
    }
    guard let errors = makeSocketPair() else {
      let code = errno
      Glibc.close(pipes.ours)
      Glibc.close(pipes.theirs)
      throw ChildProcess.failure(name, code)
    }
    var child: pid_t = 0
    let result = ChildProcess.spawn(
      arguments, pipe: pipes.theirs, errorPipe: errors.theirs, keepsTerminal: keepsTerminal,
      processID: &child)
    Glibc.close(pipes.theirs)
    Glibc.close(errors.theirs)
    guard result == 0 else {
      Glibc.close(pipes.ours)
      Glibc.close(errors.ours)
      throw ChildProcess.failure(name, result)
    }
    pipe = pipes.ours
    errorPipe = errors.ours
    processID = child
  }

  deinit {
    if isPipeOurs { Glibc.close(pipe) }
    Glibc.close(errorPipe)
    _ = end(graceSeconds: 0)
  }

  /// Gives `pipe` away: whoever took it closes it.
  package func releasePipe() {
    isPipeOurs = false
  }

  /// Closes the child's standard input; its output may still be read.
  package func closeInput() {
    Glibc.shutdown(pipe, Int32(SHUT_WR))
  }

  /// Reads what the child wrote, at most 64 KiB, without waiting; false at the end.
  package func read(into chunk: inout ArraySlice<UInt8>) -> Bool {
    ChildProcess.receive(from: pipe, into: &chunk)
  }

  /// Offers bytes to the child's standard input without waiting; returns how many it took, nil
  /// when it reads no more.
  package func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes { buffer in
      Glibc.send(
        pipe, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
    if count < 0, errno != EAGAIN, errno != EINTR { return nil }
    return max(0, count)
  }

  /// Reads what the child said on standard error, at most 64 KiB, without waiting; false at the
  /// end.
  package func readErrors(into chunk: inout ArraySlice<UInt8>) -> Bool {
    ChildProcess.receive(from: errorPipe, into: &chunk)
  }

  /// Adds what the child said on standard error so far; false at its end.
  package func readErrors(into tail: inout Tail) -> Bool {
    var chunk: ArraySlice<UInt8> = []
    while true {
      let isOpen = readErrors(into: &chunk)
      if chunk.isEmpty { return isOpen }
      tail.append(chunk)
    }
  }

  /// Reads what is there, at most 64 KiB; returns false at the end of the stream.
  private static func receive(from socket: Int32, into chunk: inout ArraySlice<UInt8>) -> Bool {
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, filled in
      count = Glibc.recv(socket, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
      filled = max(0, count)
    }
    chunk = bytes[...]
    return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
  }

  /// Waits for the child's end: `graceSeconds` by itself, as long after SIGTERM, then SIGKILL.
  ///
  /// Returns the exit status, or 128 + n after signal n, as shells count.
  package func end(graceSeconds: Double) -> Int32 {
    if let code = exitCode(within: graceSeconds) { return code }
    kill(processID, SIGTERM)
    if let code = exitCode(within: graceSeconds) { return code }
    kill(processID, SIGKILL)
    return exitCode(within: 10) ?? 137
  }

  private func exitCode(within seconds: Double) -> Int32? {
    let deadline = Deadline(secondsFromNow: seconds)
    var none: [pollfd] = []
    while status == nil {
      var value: Int32 = 0
      let result = waitpid(processID, &value, WNOHANG)
      if result == processID { status = value }
      if result < 0, errno != EINTR { status = 0 }
      if status == nil {
        if deadline.hasPassed { return nil }
        waitForEvents(&none, until: Deadline(secondsFromNow: 0.005).orEarlier(deadline))
      }
    }
    guard let status else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private static func spawn(
    _ arguments: [String], pipe: Int32, errorPipe: Int32, keepsTerminal: Bool,
    processID: inout pid_t
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipe, 0)
    posix_spawn_file_actions_adddup2(&actions, pipe, 1)
    posix_spawn_file_actions_adddup2(&actions, errorPipe, 2)
    _ = closeOthers?(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    if keepsTerminal {
      sigdelset(&signals, SIGINT)
      sigdelset(&signals, SIGQUIT)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // POSIX_SPAWN_SETSID, hidden behind _GNU_SOURCE in glibc.
    let newSession: Int32 = keepsTerminal ? 0 : 0x80
    posix_spawnattr_setflags(
      &attributes,
      Int16(newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))

    var vector = arguments.map { strdup($0) }
    defer { for text in vector { free(text) } }
    vector.append(nil)
    return posix_spawnp(&processID, arguments[0], &actions, &attributes, vector, environ)
  }

  /// posix_spawn_file_actions_addclosefrom_np, hidden behind _GNU_SOURCE in glibc; nil before
  /// glibc 2.34, where descriptors that others opened without close-on-exec reach the child.
  private static let closeOthers = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast(
      $0,
      to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32)
        .self)
  }

  private static func failure(_ program: String, _ code: Int32) -> LinkFailure {
    let isOutOfDescriptors = code == EMFILE || code == ENFILE
    return LinkFailure(
      .configuration, "cannot start \(program): \(String(cString: strerror(code)))",
      remedy: isOutOfDescriptors
        ? "raise the limit of open files (ulimit -n)"
        : "check that \(program) exists and may be executed")
  }
}
