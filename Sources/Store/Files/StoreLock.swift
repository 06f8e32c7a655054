import Foundation
import Synchronization

/// The flock(2) of the one writer: held until released, dropped by the kernel if the process dies.
///
/// The file outlives the lock. Its text names the holder for the message that others get; whether
/// the lock is held is asked of the kernel, never of the text.
final class StoreLock: Sendable {
  private let layout: StoreLayout
  private let created: Bool
  private let descriptor: Mutex<Int32?>

  private init(layout: StoreLayout, created: Bool, descriptor: Int32) {
    self.layout = layout
    self.created = created
    self.descriptor = Mutex(descriptor)
  }

  deinit {
    release()
  }

  /// Takes the lock; throws `locked` with the holder's process, host and start.
  static func take(_ layout: StoreLayout, since unixSeconds: Double) throws(StoreError) -> StoreLock
  {
    while true {
      let created = access(layout.lock, F_OK) != 0
      let descriptor = open(layout.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw .system(errno, "write to", path: layout.directory) }
      let refusal = takeExclusively(descriptor)
      guard refusal == 0 else {
        let holder = withLocalTimes(text(of: descriptor))
        close(descriptor)
        // Only this one means that somebody has it: others come of file systems without locks.
        guard refusal == EWOULDBLOCK else { throw unlockable(layout, refusal) }
        throw StoreError(
          .locked, path: layout.directory,
          message: "The store \(layout.directory) is in use by another coordinator\(holder).",
          remedy: "Wait for it, stop it, or choose another folder with --store.")
      }
      guard isCurrent(descriptor, layout.lock) else {
        close(descriptor)
        continue
      }
      write(
        " (process \(getpid()) on \(ProcessInfo.processInfo.hostName), "
          + "since \(iso8601(unixSeconds)))", to: descriptor)
      return StoreLock(layout: layout, created: created, descriptor: descriptor)
    }
  }

  /// Gives the lock up; `undoing` also removes the file if taking the lock had created it.
  func release(undoing: Bool = false) {
    descriptor.withLock { held in
      guard let descriptor = held else { return }
      held = nil
      ftruncate(descriptor, 0)
      if undoing, created { unlink(layout.lock) }
      close(descriptor)
    }
  }

  /// Whether a living process holds the lock.
  static func isHeld(_ layout: StoreLayout) -> Bool {
    let descriptor = open(layout.lock, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// A probe (``isHeld(_:)``) holds a shared lock for an instant; it must not look like a writer,
  /// so a refusal counts only if a shared lock is refused too.
  ///
  /// Returns 0, or the error number of the refusal.
  private static func takeExclusively(_ descriptor: Int32) -> Int32 {
    for _ in 0..<1000 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return 0 }
      guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno }
      flock(descriptor, LOCK_UN)
      sched_yield()
    }
    return EWOULDBLOCK
  }

  private static func unlockable(_ layout: StoreLayout, _ code: Int32) -> StoreError {
    StoreError(
      .inputOutput, path: layout.lock,
      message:
        "The store \(layout.directory) cannot be locked: \(String(cString: strerror(code))).",
      remedy: "Its file system knows no locks: keep the store on a local disk (--store).")
  }

  /// Whether the locked file is still the one of that name: another writer may have undone a
  /// failed creation between our open and our lock.
  private static func isCurrent(_ descriptor: Int32, _ path: String) -> Bool {
    var held = stat()
    var named = stat()
    return fstat(descriptor, &held) == 0 && stat(path, &named) == 0
      && held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }

  private static func write(_ text: String, to descriptor: Int32) {
    ftruncate(descriptor, 0)
    _ = Array(text.utf8).withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func text(of descriptor: Int32) -> String {
    let bytes = DurableFile.read(descriptor, at: 0, count: 512) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A time as ISO 8601 in UTC, to the second.
func iso8601(_ unixSeconds: Double) -> String {
  Date(timeIntervalSince1970: unixSeconds.isFinite ? unixSeconds : 0).formatted(.iso8601)
}
