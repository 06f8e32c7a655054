import CPosix
import Glibc

/// Descriptors that one thread waits for together, however many (epoll); each has a mark by which it is
/// told.
///
/// Not thread-safe.
public final class ReadySet {
  private static let most = 256

  private let set: Descriptor
  private var marks = [UInt64](repeating: 0, count: ReadySet.most)

  /// Waits for nothing yet.
  public init() throws(PosixError) {
    let number = quanta_ready_set()
    guard number >= 0 else { throw PosixError(call: "epoll_create1") }
    set = Descriptor(number: number)
  }

  /// Tells of a descriptor from now on; one that is added to be neither read nor written is told of when it
  /// fails alone.
  public func add(
    _ descriptor: Descriptor, mark: UInt64, reads: Bool = true, writes: Bool = false
  ) throws(PosixError) {
    try watch(descriptor, mark, reads, writes, change: false)
  }

  /// Tells of something else of a descriptor that was added.
  public func change(
    _ descriptor: Descriptor, mark: UInt64, reads: Bool, writes: Bool
  ) throws(PosixError) {
    try watch(descriptor, mark, reads, writes, change: true)
  }

  /// Tells of a descriptor no more; before it is closed.
  public func remove(_ descriptor: Descriptor) { quanta_unwatch(set.number, descriptor.number) }

  /// Waits for as long at most; the marks of those that can be read or written now, or have failed.
  public func wait(seconds: Double) -> ArraySlice<UInt64> {
    let milliseconds = seconds < 86_400 ? Int32(max(0, seconds * 1000).rounded(.up)) : -1
    let count = quanta_wait(set.number, milliseconds, &marks, Int32(Self.most))
    return marks.prefix(Int(max(0, count)))
  }

  private func watch(
    _ descriptor: Descriptor, _ mark: UInt64, _ reads: Bool, _ writes: Bool, change: Bool
  ) throws(PosixError) {
    let code = quanta_watch(
      set.number, descriptor.number, mark, reads ? 1 : 0, writes ? 1 : 0, change ? 1 : 0)
    guard code == 0 else { throw PosixError(call: "epoll_ctl") }
  }
}
