public import SweepModel

/// Where a run's hosts come from: a cluster file names them once and for all; a batch system gives and
/// takes them while the run lasts.
public protocol HostPool: Sendable {
  /// The hosts that are there when a run begins, in order; no two of a run have one name.
  var hosts: [any Transport] { get }
  /// True while hosts may be added: a run waits for them even when it has none.
  var mayGrow: Bool { get }

  /// Tells of every change from now on, in order; `onChange` may be called from any thread.
  func watch(_ onChange: @escaping @Sendable (HostChange) -> Void)
  /// Hears how many threads could be kept busy with what is left, now and then; never blocks.
  func need(threads: Int)
  /// How what was asked for stands, for a person, at any time and from any thread; nil where nothing is.
  var standing: RunStatus.Pool? { get }
  /// The run is over, and its workers have been told: what was asked for and has not come is called off.
  /// Where the run `isComplete`, what is kept for its jobs is removed, too. Returns at once.
  func close(isComplete: Bool)
  /// Waits until that is done; what a person should know where it is not by a time, monotonic seconds.
  func waitUntilClosed(_ end: Double) -> String?
}

extension HostPool {
  /// Nothing follows.
  public func need(threads: Int) {}

  /// Nothing is asked for.
  public var standing: RunStatus.Pool? { nil }

  /// Nothing was asked for.
  public func close(isComplete: Bool) {}

  /// Nothing was asked for.
  public func waitUntilClosed(_ end: Double) -> String? { nil }
}

/// What happens to a pool.
public enum HostChange: Sendable {
  /// A host is there, anew or again.
  case added(any Transport)
  /// A host is taken away, by its name: its jobs go elsewhere.
  case removed(String, as: Departure = .taken)
  /// Something that a person should know.
  case note(String)
  /// A pool that could grow adds no host any more.
  case settled
}

/// Hosts that stay the same: those of a cluster file, or this machine.
public struct FixedHosts: HostPool {
  /// The hosts.
  public let hosts: [any Transport]
  /// False.
  public let mayGrow = false

  /// Creates a pool.
  public init(_ hosts: [any Transport]) { self.hosts = hosts }

  /// Nothing changes.
  public func watch(_ onChange: @escaping @Sendable (HostChange) -> Void) {}
}
