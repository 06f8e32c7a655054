/// Machines that a batch system lends while a run needs them: an entry of `pools:`.
public struct PoolSpec: Sendable, Hashable {
  /// The name in tables; no host and no other pool of the cluster has it.
  public let name: String
  /// Where the batch system's commands run, with the work folder that its machines share; its limits
  /// are what jobs may use of each machine.
  public let login: HostSpec
  /// What is asked for.
  public let request: BatchRequest

  /// Creates a pool.
  public init(name: String, login: HostSpec, request: BatchRequest) {
    self.name = name
    self.login = login
    self.request = request
  }

  /// Its login host under the pool's name.
  public var entrance: HostSpec {
    HostSpec(
      name: name, access: login.access, workFolder: login.workFolder, place: login.place)
  }

  /// Machines as they would be with all of them there, for what is planned.
  public var machines: [HostSpec] {
    (0..<request.count).map { index in
      HostSpec(
        name: "\(name)-\(index)", access: login.access, limits: login.limits,
        workFolder: login.workFolder, place: login.place)
    }
  }
}

/// What a pool asks Slurm for: allocations of one shape, each of which runs one worker, a pilot.
public struct BatchRequest: Sendable, Hashable {
  /// The partition; nil for the site's usual one.
  public var partition: String?
  /// The account that is charged; nil for the user's usual one.
  public var account: String?
  /// The quality of service; nil for the usual one.
  public var qos: String?
  /// How long an allocation lasts, seconds.
  public var seconds: Int
  /// The most allocations at once.
  public var count: Int
  /// Further options of `sbatch`, each as one word, such as `--constraint=a100`.
  public var extra: [String]
  /// Options that are left out, by their names, such as `mem`: some sites refuse them.
  public var skip: Set<String>
  /// Lines of a POSIX shell before the worker begins, such as `module load cuda`.
  public var setup: [String]
  /// The most calls of Slurm's commands in a minute.
  public var callsPerMinute: Int

  /// Creates a request.
  public init(
    partition: String? = nil, account: String? = nil, qos: String? = nil, seconds: Int, count: Int,
    extra: [String] = [], skip: Set<String> = [], setup: [String] = [], callsPerMinute: Int = 30
  ) {
    self.partition = partition
    self.account = account
    self.qos = qos
    self.seconds = seconds
    self.count = count
    self.extra = extra
    self.skip = skip
    self.setup = setup
    self.callsPerMinute = callsPerMinute
  }
}
