import Synchronization
import Transport

/// A pool of which a test adds and takes hosts.
final class ChangingHosts: HostPool {
  let hosts: [any Transport]
  let mayGrow: Bool
  private let watcher = Mutex<(@Sendable (HostChange) -> Void)?>(nil)

  init(_ hosts: [any Transport], mayGrow: Bool) {
    (self.hosts, self.mayGrow) = (hosts, mayGrow)
  }

  func watch(_ onChange: @escaping @Sendable (HostChange) -> Void) {
    watcher.withLock { $0 = onChange }
  }

  func tell(_ change: HostChange) { watcher.withLock { $0 }?(change) }
}
