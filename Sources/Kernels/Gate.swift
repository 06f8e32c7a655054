import Glibc
import Synchronization

/// Lets threads wait for a condition over atomics: first by looking often, then asleep.
///
/// Whoever makes the condition true calls ``wake()`` after the change. Sequentially consistent
/// counting of sleepers makes a lost wake-up impossible: either the waker sees the sleeper, or the
/// sleeper's last look, under the lock, sees the change.
public final class Gate: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let sleepers = Atomic<Int>(0)
  private let looks: Int

  /// A gate whose threads look `looks` times before they sleep.
  public init(looks: Int) {
    self.looks = looks
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Returns when the condition holds.
  public func wait(until holds: () -> Bool) {
    for _ in 0..<looks where holds() { return }
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    while !holds() { pthread_cond_wait(condition, mutex) }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  /// Wakes all sleepers to look again.
  public func wake() {
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }
}
