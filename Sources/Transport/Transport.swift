public import SweepModel

/// A place to run jobs: it brings the worker binary there and opens a pipe to it.
///
/// Transports move bytes and know nothing of their meaning; frames are cut by `Wire` above them.
public protocol Transport: Sendable {
  /// The host.
  var host: HostSpec { get }
  /// How many times as slow as a network's the way there is; a link that is opened may have changed it.
  var pace: Double { get }
  /// Which way its links go, for a person; empty where the cluster file says it.
  var way: String { get }

  /// Connects, ships the binary and the data sets whose hashes the host lacks, starts the worker if
  /// none runs and attaches to it.
  ///
  /// Returns at once; connecting happens on the transport's own thread. `onEvent` is called from
  /// that thread, one call at a time: `shipping` any number of times, `opened` once, then `received` any number of times, and
  /// exactly one `closed` as the very last call, whether or not `opened` came before it.
  ///
  /// - Parameters:
  ///   - binary: the program to ship and start.
  ///   - data: what jobs will read, kept on the host as `<work folder>/data/<hash>`.
  ///   - session: the identity of the coordinator's store, lowercase letters and digits; every
  ///     session has a worker of its own on a host.
  func open(
    _ binary: WorkerBinary, data: [DataFile], session: String,
    onEvent: @escaping @Sendable (LinkEvent) -> Void
  ) -> any Link

  /// Examines the host, where it leaves nothing: every check of `quanta workers check`.
  ///
  /// Blocks for at most about `timeoutSeconds` on the way there, as long again for its answers, and while
  /// the program is on its way; call it from a thread of its own.
  /// `keepsWorker` leaves the program that had to be shipped in the work folder of a host that can
  /// be used, for the run that follows. `session` is the store whose jobs there are not other runs'.
  func examine(
    _ binary: WorkerBinary, keepsWorker: Bool, session: String?, timeoutSeconds: Double
  ) -> HostReport
}

extension Transport {
  /// As fast as a network.
  public var pace: Double { 1 }
  /// As the cluster file says.
  public var way: String { "" }

  /// Examines the host, where nothing is left.
  public func examine(_ binary: WorkerBinary, timeoutSeconds: Double) -> HostReport {
    examine(binary, keepsWorker: false, session: nil, timeoutSeconds: timeoutSeconds)
  }
}

/// An open or opening pipe to one `quanta-worker attach`.
public protocol Link: AnyObject, Sendable {
  /// Queues bytes for the worker, in order; never blocks. Bytes queued after the end are dropped.
  func send(_ bytes: [UInt8])

  /// Closes the pipe; the worker itself goes on. `closed` follows.
  func close()
}

/// What a link tells its owner.
public enum LinkEvent: Sendable {
  /// A part of a file that the host lacked is on its way; any number of times before `opened`.
  case shipping
  /// The pipe to the worker stands.
  case opened
  /// Bytes from the worker, in order, cut anywhere.
  case received([UInt8])
  /// The end; nil when `close()` asked for it.
  case closed(LinkFailure?)
}

/// Why a host cannot be used or a link ended.
public struct LinkFailure: Error, Hashable, Sendable {
  /// What kind of failure it is; the coordinator decides by it whether trying again helps.
  public typealias Code = HostTrouble

  /// The kind.
  public let code: Code
  /// What happened, with the host's name.
  public let message: String
  /// What to do about it.
  public let remedy: String

  /// Creates a failure.
  public init(_ code: Code, _ message: String, remedy: String) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }
}

/// The worker program that transports ship.
public struct WorkerBinary: Hashable, Sendable {
  /// Its path on this machine.
  public let path: String
  /// SHA-256 of its content, hexadecimal.
  public let hash: String
  /// `uname -m` of the machines it runs on, such as `x86_64`.
  public let architecture: String
  /// Its size, bytes.
  public let sizeBytes: Int

  /// Creates a description.
  public init(path: String, hash: String, architecture: String, sizeBytes: Int) {
    self.path = path
    self.hash = hash
    self.architecture = architecture
    self.sizeBytes = sizeBytes
  }
}

/// A data set that transports ship.
public struct DataFile: Hashable, Sendable {
  /// Its path on this machine.
  public let path: String
  /// SHA-256 of its content, hexadecimal.
  public let hash: String
  /// Its size, bytes.
  public let sizeBytes: Int

  /// Creates a description.
  public init(path: String, hash: String, sizeBytes: Int) {
    self.path = path
    self.hash = hash
    self.sizeBytes = sizeBytes
  }
}

/// What `quanta workers check` found on one host.
public struct HostReport: Hashable, Sendable {
  /// One thing looked at.
  public struct Check: Hashable, Sendable {
    /// How it stands.
    public enum Status: String, Hashable, Sendable {
      /// As it should be.
      case ok
      /// Works, but look at it.
      case warning
      /// The host cannot be used.
      case failure
    }

    /// What was looked at: `connection`, `host key`, `authentication`, `work folder`, `processor`,
    /// `cores`, `instruction set`, `memory`, `disk`, `clock`, `glibc`; `shell` and `worker` only
    /// when they fail; `nice`, `CPU time`, `file size`, `processes`, `other runs` and `logout` where
    /// there is something to say of them.
    public let name: String
    /// How it stands.
    public let status: Status
    /// What was found, such as `4 cores` or `12.3 GiB free in ~/.quanta`.
    public let detail: String
    /// What to do; empty when all is well.
    public let remedy: String

    /// Creates a check.
    public init(_ name: String, _ status: Status, _ detail: String, remedy: String = "") {
      self.name = name
      self.status = status
      self.detail = detail
      self.remedy = remedy
    }
  }

  /// The host.
  public let host: String
  /// The machine and work folder, for comparison; nil when they are not known.
  public let place: String?
  /// The machine alone, for comparison; nil when it is not known.
  public let machine: String?
  /// The checks in the order in which they were made; the first failure ends the list.
  public let checks: [Check]

  /// Creates a report.
  public init(host: String, place: String? = nil, machine: String? = nil, checks: [Check]) {
    self.host = host
    self.place = place
    self.machine = machine
    self.checks = checks
  }

  /// True when no check failed.
  public var isUsable: Bool { !checks.contains { $0.status == .failure } }
}
