/// Who a coordinator is, so that a worker and other coordinators can tell it from a second one.
public struct RunIdentity: Hashable, Sendable {
  /// The store itself, not a copy of it: the machine and the database file's place on its disk.
  public let store: String
  /// The name of the machine that it runs on.
  public let host: String
  /// Its process there.
  public let process: Int

  /// Creates an identity.
  public init(store: String, host: String, process: Int) {
    self.store = store
    self.host = host
    self.process = process
  }
}

extension Report {
  /// Which worker a link has reached.
  public struct WorkerIdentity: Hashable, Sendable {
    /// A number that every worker draws when it starts: links that hear the same one have reached
    /// the same worker.
    public let instance: String
    /// The machine as it is since its boot, and the network that it is seen in.
    public let machine: String
    /// The work folder, as people read it.
    public let folder: String

    /// Creates an identity.
    public init(instance: String, machine: String, folder: String) {
      self.instance = instance
      self.machine = machine
      self.folder = folder
    }
  }

  /// Why a link is not served yet.
  public struct Occupation: Hashable, Sendable {
    /// The worker, as ``WorkerIdentity/instance``.
    public let instance: String
    /// Whom it serves; nil while that one has not said who it is.
    public let run: RunIdentity?

    /// Creates an occupation.
    public init(instance: String, run: RunIdentity?) {
      self.instance = instance
      self.run = run
    }
  }
}
