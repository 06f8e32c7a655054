/// Machines that a batch system lends while a run needs them: an entry of `pools:`.
public struct PoolSpec: Sendable, Hashable {
  /// The name in tables; no host and no other pool of the cluster has it.
  public let name: String
  /// Where the batch system's commands run, with the work folder that its machines share; its limits
  /// are what jobs may use of each machine.
  public let login: HostSpec
  /// What is asked for.
  public let request: BatchRequest
  /// How its workers are reached.
  public let link: PilotLink

  /// Creates a pool.
  public init(
    name: String, login: HostSpec, request: BatchRequest, link: PilotLink = .auto
  ) {
    self.name = name
    self.login = login
    self.request = request
    self.link = link
  }

  /// Its login host under the pool's name.
  public var entrance: HostSpec {
    HostSpec(
      name: name, access: login.access, workFolder: login.workFolder, place: login.place)
  }

  /// Machines as they would be with all of them there, for what is planned.
  public var machines: [HostSpec] {
    // GPUs that are not asked for are not given, unless other options ask for them.
    let gpu = Device.resource
    let hasNone = login.limits[gpu] == 0 && request.extra.isEmpty
    return (0..<request.count).map { index in
      var host = HostSpec(
        name: "\(name)-\(index)", access: login.access, limits: login.limits,
        workFolder: login.workFolder, place: login.place, withheld: hasNone ? [gpu] : [])
      host.pool = name
      return host
    }
  }
}

/// How the workers are reached that a batch system runs.
public enum PilotLink: String, Sendable, Hashable, CaseIterable {
  /// The first ones by the batch system's command, the others, and those that it does not bring, as
  /// ``relay``.
  case auto
  /// By the batch system's command that joins an allocation, such as srun: one call and one process each.
  case attach
  /// Through one process on the login host for all: they dial it, and those that cannot go by mail.
  case relay
  /// By files in the work folder, which all machines see: seconds slower, and nothing can cut it. One
  /// process on the login host carries them all.
  case mail
}

/// What a pool asks a batch system for: allocations of one shape, each of which runs one worker, a pilot.
public struct BatchRequest: Sendable, Hashable {
  /// Who is asked, and how.
  public var system: BatchSystem
  /// The values of the system's own keys, such as its partition; a key that is absent has its usual one.
  public var terms: [String: String]
  /// How long an allocation lasts, seconds.
  public var seconds: Int
  /// The most allocations at once.
  public var count: Int
  /// Further options, each as one word, such as `--constraint=a100`.
  public var extra: [String]
  /// Options that are left out, by their names, such as `mem`: some sites refuse them.
  public var skip: Set<String>
  /// Lines of a POSIX shell before the worker begins, such as `module load cuda`.
  public var setup: [String]
  /// The most calls of the system's commands in a minute.
  public var callsPerMinute: Int

  /// How long before its end a worker leaves, where its machine is lent for some seconds: a sixteenth of
  /// that, at least 6 s and at most a minute. So long a job may take for its last checkpoint and the worker
  /// for telling it; jobs are killed ten seconds after they were told to stop.
  public static func secondsToLeave(of seconds: Double) -> Double {
    min(60, max(6, seconds / 16))
  }

  /// How much earlier than its allocation ends a pilot takes its time to end, by its place in the array:
  /// those that begin together would else stop, tell their checkpoints and ask for successors together.
  public static func secondsEarly(of seconds: Double, index: Int) -> Double {
    seconds * Double(index % places) / earliness
  }

  /// Pilots in a row that end one after the other.
  public static let places = 8
  /// The step between two of them is the allocation's time divided by this: the last has 95 % of it.
  public static let earliness = 128.0

  /// Creates a request.
  public init(
    of system: BatchSystem, terms: [String: String] = [:], seconds: Int, count: Int,
    extra: [String] = [], skip: Set<String> = [], setup: [String] = [], callsPerMinute: Int = 30
  ) {
    self.system = system
    self.terms = terms
    self.seconds = seconds
    self.count = count
    self.extra = extra
    self.skip = skip
    self.setup = setup
    self.callsPerMinute = callsPerMinute
  }
}
