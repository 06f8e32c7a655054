/// Fixed-size memory for numbers, aligned to 64 bytes, zeroed at first, freed with its last owner.
///
/// Everything outside this module holds numbers in buffers and never sees a pointer. A buffer is
/// shared between threads on one condition, which the thread team's phases give: within a phase an
/// element is written by one thread only, and read by no other thread.
///
/// Indices are checked in debug builds and unchecked in release builds.
public final class Buffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// The number of elements.
  public let count: Int

  @usableFromInline let base: UnsafeMutablePointer<Element>

  /// Creates a buffer of `count` elements, all bits zero.
  public init(count: Int) {
    precondition(count >= 0, "a buffer cannot hold \(count) elements")
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    self.count = count
    base = raw.bindMemory(to: Element.self, capacity: max(1, count))
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// One element.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
      return base[index]
    }
    set {
      assert(index >= 0 && index < count, "index \(index) outside 0..<\(count)")
      base[index] = newValue
    }
  }

  /// Copies elements out.
  public func elements(_ range: Range<Int>) -> [Element] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
    return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Sets all elements of a range to one value.
  public func fill(_ range: Range<Int>, with value: Element) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
    (base + range.lowerBound).update(repeating: value, count: range.count)
  }

  /// Appends the memory of a range, as this machine lays it out, to bytes.
  public func appendBytes(_ range: Range<Int>, to bytes: inout [UInt8]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
    bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: base + range.lowerBound, count: range.count * MemoryLayout<Element>.stride))
  }

  /// Replaces a range by bytes that ``appendBytes(_:to:)`` wrote; traps unless lengths agree.
  public func replace(_ range: Range<Int>, withBytes bytes: ArraySlice<UInt8>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
    precondition(bytes.count == range.count * MemoryLayout<Element>.stride, "lengths disagree")
    let target = UnsafeMutableRawBufferPointer(
      start: base + range.lowerBound, count: bytes.count)
    target.copyBytes(from: bytes)
  }

  /// As ``replace(_:withBytes:)-(_,ArraySlice<UInt8>)``, from borrowed bytes.
  public func replace(_ range: Range<Int>, withBytes bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { replace(range, withBytes: ArraySlice($0)) }
  }
}
