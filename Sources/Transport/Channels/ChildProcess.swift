import Glibc
import Posix
import SweepModel

/// A program that this process started, with one socket as its standard input and output and
/// one for its standard error.
///
/// As ``Child`` says, it leads a session of its own, unless it is to ask at our terminal, and inherits no
/// other descriptor. Not thread-safe: the thread that starts a child also ends it; `deinit` kills and
/// reaps what still runs.
final class ChildProcess {
  private let child: Child
  private let stream: Descriptor
  private let errors: Descriptor
  private var ending: Child.Ending?

  /// Our end of its standard input and output; does not block.
  var pipe: Int32 { stream.number }
  /// Our end of its standard error; does not block.
  var errorPipe: Int32 { errors.number }

  /// Starts `arguments[0]`, looked up in PATH unless it holds a slash; `keepsTerminal` lets it ask
  /// questions at our terminal.
  ///
  /// Throws `LinkFailure` with code `configuration` when the program cannot be started.
  init(_ arguments: [String], keepsTerminal: Bool = false) throws(LinkFailure) {
    do throws(PosixError) {
      let (stream, theirs) = try makeSocketPair()
      let (errors, theirErrors) = try makeSocketPair()
      child = try Child(
        arguments, input: theirs, output: theirs, errors: theirErrors, keepsTerminal: keepsTerminal)
      for end in [stream, errors] { end.makeNonBlocking() }
      (self.stream, self.errors) = (stream, errors)
    } catch {
      throw ChildProcess.failure(arguments.first ?? "", error.code)
    }
  }

  deinit { _ = end(graceSeconds: 0) }

  /// Gives `pipe` away: whoever took it closes it.
  func releasePipe() -> Int32 { stream.release() }

  /// Closes the child's standard input; its output may still be read.
  func closeInput() {
    Glibc.shutdown(pipe, Int32(SHUT_WR))
  }

  /// Reads what the child wrote, at most 64 KiB, without waiting; false at the end.
  func read(into chunk: inout ArraySlice<UInt8>) -> Bool {
    ChildProcess.receive(from: stream, into: &chunk)
  }

  /// Offers bytes to the child's standard input without waiting; returns how many it took, nil
  /// when it reads no more.
  func write(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes { buffer in
      Glibc.send(
        pipe, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
    if count < 0, errno != EAGAIN, errno != EINTR { return nil }
    return max(0, count)
  }

  /// Reads what the child said on standard error, at most 64 KiB, without waiting; false at the
  /// end.
  func readErrors(into chunk: inout ArraySlice<UInt8>) -> Bool {
    ChildProcess.receive(from: errors, into: &chunk)
  }

  /// Adds what the child said on standard error so far; false at its end.
  func readErrors(into tail: inout Tail) -> Bool {
    var chunk: ArraySlice<UInt8> = []
    while true {
      let isOpen = readErrors(into: &chunk)
      if chunk.isEmpty { return isOpen }
      tail.append(chunk)
    }
  }

  /// Reads what is there, at most 64 KiB; returns false at the end of the stream.
  private static func receive(from socket: Descriptor, into chunk: inout ArraySlice<UInt8>) -> Bool
  {
    chunk = []
    do throws(PosixError) {
      guard let bytes = try socket.readSome() else { return true }
      chunk = bytes[...]
      return !bytes.isEmpty
    } catch {
      return false
    }
  }

  /// Waits for the child's end: `graceSeconds` by itself, as long after SIGTERM, then SIGKILL.
  ///
  /// Returns the exit status, or 128 + n after signal n, as shells count.
  func end(graceSeconds: Double) -> Int32 {
    if let code = exitCode(within: graceSeconds) { return code }
    kill(child.process, SIGTERM)
    if let code = exitCode(within: graceSeconds) { return code }
    kill(child.process, SIGKILL)
    return exitCode(within: 10) ?? 137
  }

  private func exitCode(within seconds: Double) -> Int32? {
    let deadline = Deadline(secondsFromNow: seconds)
    var none: [pollfd] = []
    while ending == nil {
      ending = child.endingNow()
      guard ending == nil else { break }
      if deadline.hasPassed { return nil }
      waitForEvents(&none, until: Deadline(secondsFromNow: 0.005).orEarlier(deadline))
    }
    return ending?.code
  }

  /// A program cannot be started, as `errno` says.
  static func failure(_ program: String, _ code: Int32) -> LinkFailure {
    let isOutOfDescriptors = code == EMFILE || code == ENFILE
    return LinkFailure(
      .configuration, "cannot start \(program): \(String(cString: strerror(code)))",
      remedy: isOutOfDescriptors
        ? "raise the limit of open files (ulimit -n)"
        : "check that \(program) exists and may be executed")
  }
}
