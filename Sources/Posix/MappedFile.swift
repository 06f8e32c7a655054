import Glibc

/// The content of an open file as read-only memory, which all processes that map it share.
///
/// It must not be made shorter meanwhile.
public struct MappedFile: ~Copyable {
  private let memory: UnsafeRawBufferPointer

  /// Maps a whole file; nil when it cannot be, or is empty. The descriptor may be closed at once.
  public init?(_ descriptor: borrowing Descriptor) {
    var information = stat()
    guard unsafe fstat(descriptor.number, &information) == 0, information.st_size > 0 else {
      return nil
    }
    let count = Int(information.st_size)
    let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor.number, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe memory = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit { unsafe munmap(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count) }

  /// Bytes of the content.
  public var count: Int { unsafe memory.count }

  /// Lends the content.
  public func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
    try unsafe memory.withMemoryRebound(to: UInt8.self) { try body($0.span) }
  }
}
