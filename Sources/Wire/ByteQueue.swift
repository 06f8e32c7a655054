/// Bytes that wait for somebody who takes them piece by piece, in order.
public struct ByteQueue: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0

  /// Creates an empty queue.
  public init() {}

  /// How many wait.
  public var count: Int { bytes.count - start }

  /// True when none waits.
  public var isEmpty: Bool { count == 0 }

  /// Adds bytes at the end.
  public mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

  /// The first ones, at most so many.
  public func front(_ most: Int = .max) -> ArraySlice<UInt8> {
    bytes[start..<start + min(most, count)]
  }

  /// Forgets the first ones.
  public mutating func drop(_ count: Int) {
    start += count
    if start == bytes.count {
      // What was large is not kept for what will be small.
      bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 12)
      start = 0
    } else if start > 1 << 16, start > bytes.count / 2 {
      bytes.removeFirst(start)
      start = 0
    }
  }
}
