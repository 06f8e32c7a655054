import CPosix
import Glibc

extension Child {
  /// What a program has printed that was not to print or take more than so much.
  public struct BoundedOutput: Sendable {
    /// What it wrote to its standard output, up to the limit.
    public let bytes: [UInt8]
    /// False where it wrote more than the limit, or was not done in time.
    public let isWhole: Bool
    /// The beginning of what it wrote to its standard errors.
    public let errors: String
    /// Its exit status as ``Ending/code``.
    public let code: Int32
  }

  /// Runs a program to its end, or kills it with its process group where it prints more than `limit` bytes
  /// or takes longer than `seconds`; blocks the calling thread. Whatever it leaves running that holds its
  /// output open is not waited for.
  ///
  /// - Parameter environment: replaces ours.
  public static func boundedOutput(
    of arguments: [String], environment: [String: String]? = nil, limit: Int, seconds: Double
  ) throws(PosixError) -> BoundedOutput {
    let output = try makePipe()
    let errors = try makePipe()
    let child = try Child(
      arguments, output: output.writing, errors: errors.writing, environment: environment)
    output.writing.close()
    errors.writing.close()
    // An old kernel has none; then the end of what it prints is taken for its own.
    let end = Descriptor(number: quanta_process_descriptor(child.process))
    var streams = [Stream(output.reading, limit: limit), Stream(errors.reading, limit: 4096)]
    let deadline = Deadline(secondsFromNow: seconds)
    var hasEnded = false
    while !hasEnded, !deadline.hasPassed, !streams[0].isCut {
      var events =
        streams.map {
          pollfd(fd: $0.isOver ? -1 : $0.pipe.number, events: Int16(POLLIN), revents: 0)
        }
        + [pollfd(fd: end.number, events: Int16(POLLIN), revents: 0)]
      waitForEvents(&events, until: deadline)
      hasEnded = events[2].revents != 0
      for index in streams.indices { streams[index].drain() }
      if end.number < 0 { hasEnded = streams.allSatisfy(\.isOver) }
    }
    if !hasEnded { kill(-child.process, SIGKILL) }
    let code = child.wait().code
    return BoundedOutput(
      bytes: streams[0].bytes, isWhole: hasEnded && !streams[0].isCut,
      errors: String(decoding: streams[1].bytes, as: UTF8.self), code: code)
  }

  /// One of its outputs.
  private struct Stream {
    let pipe: Descriptor
    let limit: Int
    var bytes: [UInt8] = []
    var isCut = false
    var isOver = false

    init(_ pipe: Descriptor, limit: Int) {
      self.pipe = pipe
      self.limit = limit
      _ = fcntl(pipe.number, F_SETFL, O_NONBLOCK)
    }

    /// Takes what is there, as much as a pipe can hold; beyond the limit it only takes note of it.
    mutating func drain() {
      for _ in 0..<32 where !isOver {
        guard let next = try? pipe.readSome() else { return }
        isOver = next.isEmpty
        isCut = isCut || next.count > limit - bytes.count
        bytes += next.prefix(limit - bytes.count)
      }
    }
  }
}
