import CKernels

/// The processors of this host.
public enum Processors {
  /// Those that the calling thread may use (its affinity mask), ascending.
  public static var allowed: [Int] {
    var found: [Int] = []
    var next = quanta_next_processor(0)
    while next >= 0 {
      found.append(Int(next))
      next = quanta_next_processor(next + 1)
    }
    return found
  }

  /// Keeps the calling thread on one processor; it stays free to move where the system refuses.
  public static func pinCallingThread(to processor: Int) {
    _ = quanta_pin_thread(Int32(processor))
  }
}
