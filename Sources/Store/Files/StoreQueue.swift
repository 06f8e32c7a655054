import Foundation

/// A place in the queue of those who wait for a store's lock, first come, first served.
///
/// A place is a file in `queue/` that its process keeps locked: the kernel frees it when the process
/// dies, however that happens, and whoever comes by removes it then. May be used from any thread.
public final class StoreQueue: Sendable {
  private let layout: StoreLayout
  private let name: String
  private let descriptor: Int32

  /// Takes the last place. Throws where the store's folder cannot be written.
  public init(_ layout: StoreLayout) throws(StoreError) {
    self.layout = layout
    try DurableFile.makeDirectory(layout.queue)
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let stamp = String(time.tv_sec * 1_000_000_000 + time.tv_nsec)
    name =
      String(repeating: "0", count: max(0, 20 - stamp.count)) + stamp + "-\(getpid())"
    let path = "\(layout.queue)/\(name)"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .system(errno, "write", path: path) }
    flock(descriptor, LOCK_EX | LOCK_NB)
  }

  deinit {
    unlink("\(layout.queue)/\(name)")
    close(descriptor)
  }

  /// How many wait that came earlier.
  public var ahead: Int { Self.waiting(layout).prefix { $0 != name }.count }

  /// How many wait for the store.
  public static func count(_ layout: StoreLayout) -> Int { waiting(layout).count }

  /// Who holds the store's lock, as `process 12 on node1, since …` (local time); nil when nobody does.
  public static func holder(_ layout: StoreLayout) -> String? {
    guard StoreLock.isHeld(layout),
      let bytes = (try? DurableFile.read(layout.lock, limit: 512)) ?? nil
    else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return withLocalTimes(text.trimmingCharacters(in: CharacterSet(charactersIn: " ()")))
  }

  /// The places of living processes, the first one first; those of dead ones are removed.
  private static func waiting(_ layout: StoreLayout) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.queue)) ?? []
    return names.filter(isPlace).sorted().filter { name in
      let path = "\(layout.queue)/\(name)"
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      if flock(descriptor, LOCK_SH | LOCK_NB) != 0 { return errno == EWOULDBLOCK }
      unlink(path)
      return false
    }
  }

  private static func isPlace(_ name: String) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].count == 20
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }
}
