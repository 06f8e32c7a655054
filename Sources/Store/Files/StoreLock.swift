import Foundation
import Posix
import Synchronization

/// The flock(2) of the one writer: held until released, dropped by the kernel if the process dies.
///
/// The file outlives the lock. Its text names the holder for the message that others get; whether
/// the lock is held is asked of the kernel, never of the text.
final class StoreLock: Sendable {
  private let layout: StoreLayout
  private let created: Bool
  private let file: Mutex<Descriptor?>

  private init(layout: StoreLayout, created: Bool, file: Descriptor) {
    self.layout = layout
    self.created = created
    self.file = Mutex(file)
  }

  deinit {
    release()
  }

  /// Takes the lock; throws `locked` with the holder's process, host and start.
  static func take(_ layout: StoreLayout, since unixSeconds: Double) throws(StoreError) -> StoreLock
  {
    while true {
      let created = access(layout.lock, F_OK) != 0
      let file: Descriptor
      do throws(PosixError) {
        file = try Descriptor(opening: layout.lock, O_RDWR | O_CREAT)
      } catch {
        throw .system(error.code, "write to", path: layout.directory)
      }
      let refusal = takeExclusively(file.number)
      guard refusal == 0 else {
        let holder = withLocalTimes(text(of: file))
        // Only this one means that somebody has it: others come of file systems without locks.
        guard refusal == EWOULDBLOCK else { throw unlockable(layout, refusal) }
        throw StoreError(
          .locked, path: layout.directory,
          message: "The store \(layout.directory) is in use by another coordinator\(holder).",
          remedy: "Wait for it, stop it, or choose another folder with --store.")
      }
      guard isCurrent(file, layout.lock) else { continue }
      write(
        " (process \(getpid()) on \(ProcessInfo.processInfo.hostName), "
          + "since \(iso8601(unixSeconds)))", to: file)
      return StoreLock(layout: layout, created: created, file: file)
    }
  }

  /// Gives the lock up; `undoing` also removes the file if taking the lock had created it.
  func release(undoing: Bool = false) {
    file.withLock { held in
      guard let file = held else { return }
      held = nil
      ftruncate(file.number, 0)
      if undoing, created { unlink(layout.lock) }
      // A child that is being started has a copy of the descriptor until it runs its program.
      flock(file.number, LOCK_UN)
      file.close()
    }
  }

  /// Whether a living process holds the lock.
  static func isHeld(_ layout: StoreLayout) -> Bool {
    guard let file = try? Descriptor(opening: layout.lock) else { return false }
    return flock(file.number, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
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
  private static func isCurrent(_ file: Descriptor, _ path: String) -> Bool {
    let held = file.status
    var named = stat()
    return stat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev
  }

  private static func write(_ text: String, to file: Descriptor) {
    ftruncate(file.number, 0)
    try? file.writeAll(Array(text.utf8))
  }

  private static func text(of file: Descriptor) -> String {
    let bytes = (try? file.read(at: 0, count: 512)) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A time as ISO 8601 in UTC, to the second.
func iso8601(_ unixSeconds: Double) -> String {
  Date(timeIntervalSince1970: unixSeconds.isFinite ? unixSeconds : 0).formatted(.iso8601)
}
