import Foundation
import Posix

/// A place in the queue of those who wait for a store's lock, first come, first served.
///
/// A place is a file in `queue/` that its process keeps locked: the kernel frees it when the process
/// dies, however that happens, and whoever comes by removes it then. May be used from any thread.
public final class StoreQueue: Sendable {
  private let layout: StoreLayout
  private let name: String
  private let file: Descriptor

  /// Takes the last place. Throws where the store's folder cannot be written.
  public init(_ layout: StoreLayout) throws(StoreError) {
    self.layout = layout
    try DurableFile.makeDirectory(layout.queue)
    name = "\(wallClockStamp().text)-\(getpid())"
    let path = "\(layout.queue)/\(name)"
    file = try DurableFile.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, for: "write")
    flock(file.number, LOCK_EX | LOCK_NB)
  }

  deinit { unlink("\(layout.queue)/\(name)") }

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
      guard let file = try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else {
        return false
      }
      if flock(file.number, LOCK_SH | LOCK_NB) != 0 { return errno == EWOULDBLOCK }
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
