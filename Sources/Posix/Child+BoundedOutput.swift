import CPosix
import Glibc

extension Child {
  /// What a program has printed that was not to print or take more than so much.
  public struct BoundedOutput: Sendable {
    /// What it wrote to its standard output, up to the limit.
    public let bytes: [UInt8]
    /// False where it wrote more than the limit, was not done in time or stalled.
    public let isWhole: Bool
    /// It was killed because it had done nothing for so long.
    public let hasStalled: Bool
    /// The beginning of what it wrote to its standard errors.
    public let errors: String
    /// Its exit status as ``Ending/code``.
    public let code: Int32
  }

  /// Runs a program to its end, or kills it with its process group where it prints more than `limit` bytes
  /// or takes longer than `seconds`; blocks the calling thread. Whatever it leaves running that holds its
  /// output open is not waited for.
  ///
  /// - Parameters:
  ///   - environment: replaces ours.
  ///   - idleSeconds: for how long it may do nothing at all, as one that opens a pipe to which nobody writes.
  public static func boundedOutput(
    of arguments: [String], environment: [String: String]? = nil, limit: Int, seconds: Double,
    idleSeconds: Double = .infinity
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
    var rest = Rest(of: child.process)
    var hasEnded = false
    while !hasEnded, !deadline.hasPassed, !streams[0].isCut, rest.seconds < idleSeconds {
      var events =
        streams.map {
          pollfd(fd: $0.isOver ? -1 : $0.pipe.number, events: Int16(POLLIN), revents: 0)
        }
        + [pollfd(fd: end.number, events: Int16(POLLIN), revents: 0)]
      waitForEvents(&events, until: deadline.orEarlier(Deadline(secondsFromNow: 0.5)))
      hasEnded = events[2].revents != 0
      for index in streams.indices { streams[index].drain() }
      if end.number < 0 { hasEnded = streams.allSatisfy(\.isOver) }
      if idleSeconds.isFinite { rest.look() }
    }
    if !hasEnded { kill(-child.process, SIGKILL) }
    let code = child.wait().code
    return BoundedOutput(
      bytes: streams[0].bytes, isWhole: hasEnded && !streams[0].isCut,
      hasStalled: !hasEnded && rest.seconds >= idleSeconds,
      errors: String(decoding: streams[1].bytes, as: UTF8.self), code: code)
  }

  /// For how long a process and those that it has started have not run: what waits for a slow disk runs
  /// now and then.
  private struct Rest {
    /// The seconds.
    private(set) var seconds = 0.0
    private let process: pid_t
    private var nanoseconds = 0
    private var since = monotonicSeconds()

    init(of process: pid_t) { self.process = process }

    mutating func look() {
      let now = monotonicSeconds()
      // A kernel that does not count it leaves nothing to go by.
      guard let ran = Self.nanoseconds(of: process, depth: 8), ran == nanoseconds else {
        nanoseconds = Self.nanoseconds(of: process, depth: 8) ?? 0
        (since, seconds) = (now, 0)
        return
      }
      seconds = now - since
    }

    /// The time for which a process and its children have run; nil where it is not counted.
    private static func nanoseconds(of process: pid_t, depth: Int) -> Int? {
      var sum = 0
      for thread in Descriptor.names(in: "/proc/\(process)/task") {
        let folder = "/proc/\(process)/task/\(thread)"
        guard let ran = numbers(in: "\(folder)/schedstat").first, ran > 0 else { return nil }
        sum += ran
        for child in numbers(in: "\(folder)/children") where depth > 0 {
          sum += nanoseconds(of: pid_t(child), depth: depth - 1) ?? 0
        }
      }
      return sum
    }

    private static func numbers(in path: String) -> [Int] {
      let bytes = (try? Descriptor(opening: path).readAll(limit: 1 << 16)) ?? []
      return bytes.split { $0 <= 0x20 }.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
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
