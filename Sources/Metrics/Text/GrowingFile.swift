import Glibc
import Posix

/// A file that another program writes to, read in blocks from where the last look ended.
///
/// It is opened anew at each look. What was read before must still be there as it was, as its first and
/// last bytes show; otherwise, and when it is shorter, it has been written anew.
struct GrowingFile: Sendable {
  /// Bytes of a block.
  static let blockSize = 1 << 18
  /// Bytes that one look reads while the program runs.
  static let lookSize = 1 << 26
  /// Bytes that are read of what is left once the program has ended: there may be a terabyte of nothing.
  static let lastLookSize = 1 << 32
  private static let markSize = 256

  let path: String
  private(set) var offset = 0
  /// The program has ended, and so much was left that its end was not read.
  private(set) var isCut = false
  /// The program has ended, and something else than a file that can be read stands there.
  private var refusal: String?
  private let lastLook: Int
  private var head: [UInt8] = []
  private var tail: [UInt8] = []
  private var seen: Stamp?

  /// What tells that a file has not changed.
  private struct Stamp: Equatable {
    let device: UInt64
    let node: UInt64
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    init(_ status: stat) {
      device = UInt64(status.st_dev)
      node = UInt64(status.st_ino)
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  init(_ path: String, lastLook: Int = GrowingFile.lastLookSize) {
    self.path = path
    self.lastLook = lastLook
  }

  /// What a person should know of it: nothing was read of it, or not its end.
  var problem: String? {
    if let refusal { return "\(path) \(refusal)." }
    return isCut ? "\(path) is too large: what comes after byte \(offset) was not read." : nil
  }

  /// Looks at the file and hands out what is new, block by block. `reset` comes first where everything
  /// read before is void.
  mutating func read(
    isFinal: Bool, reset: () -> Void, _ body: (ArraySlice<UInt8>) -> Void
  ) {
    let file: Descriptor
    do throws(PosixError) {
      guard let found = try RegularFile.open(path) else { return }
      file = found
    } catch {
      refusal = isFinal ? "\(error)" : nil
      return
    }
    let stamp = Stamp(file.status)
    if stamp == seen, !isFinal { return }
    // What was written anew in the same length has another time.
    let isAnew = seen.map { $0 != stamp && stamp.size == offset } ?? false
    if stamp.size < offset || isAnew || !isSame(file) {
      start()
      reset()
    }
    let first = offset
    // Not beyond what there is now: who writes faster than we read would keep us here.
    let most = isFinal ? lastLook : Self.lookSize
    let end = stamp.size - first > most ? first + most : stamp.size
    while offset < end {
      let block = (try? file.read(at: offset, count: min(Self.blockSize, end - offset))) ?? []
      if block.isEmpty { break }
      remember(block)
      body(block[...])
    }
    seen = offset == stamp.size ? stamp : nil
    isCut = isFinal && end < stamp.size
  }

  /// Forgets everything.
  private mutating func start() {
    (offset, head, tail, seen) = (0, [], [], nil)
  }

  private mutating func remember(_ block: [UInt8]) {
    if offset < Self.markSize { head += block.prefix(Self.markSize - offset) }
    tail = Array((tail + block.suffix(Self.markSize)).suffix(Self.markSize))
    offset += block.count
  }

  private func isSame(_ file: Descriptor) -> Bool {
    guard offset > 0 else { return true }
    return (try? file.read(at: 0, count: head.count)) == head
      && (try? file.read(at: offset - tail.count, count: tail.count)) == tail
  }
}
