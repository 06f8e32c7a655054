/// The hosts that a sweep may use: what a cluster file says.
public struct Cluster: Sendable, Hashable {
  /// The hosts in the file's order; names are unique.
  public let hosts: [HostSpec]
  /// What batch systems lend, in the file's order.
  public let pools: [PoolSpec]
  /// Its named groups in the file's order.
  public let groups: [HostGroup]

  /// Creates a cluster.
  public init(hosts: [HostSpec], pools: [PoolSpec] = [], groups: [HostGroup] = []) {
    self.hosts = hosts
    self.pools = pools
    self.groups = groups
  }
}

/// Several hosts of a cluster under one name.
public struct HostGroup: Sendable, Hashable {
  /// The name, which no host has.
  public let name: String
  /// The names of its hosts and pools in the cluster's order.
  public let hosts: [String]

  /// Creates a group.
  public init(name: String, hosts: [String]) {
    self.name = name
    self.hosts = hosts
  }
}

/// One host of a cluster file.
public struct HostSpec: Sendable, Hashable {
  /// How the host is reached.
  public enum Access: Sendable, Hashable {
    /// This machine; the worker is a child of nobody, reached through its socket.
    case local
    /// SSH, through the engine that the address names.
    case ssh(SSHAddress)
  }

  /// The name in tables; unique in the cluster.
  public let name: String
  /// How it is reached.
  public let access: Access
  /// What jobs may use there; of cores, memory and GPUs 0 is what the host reports.
  public var limits: Amounts
  /// What its named resources are called there, such as `GPU-…`, for those whose tokens are given.
  public var tokens: [String: [String]]
  /// Named resources of which jobs may use none, whatever the host reports.
  public var withheld: Set<String>
  /// How far the worker and its jobs give way to other processes there, 0 to 19; nil leaves them as
  /// the account starts processes.
  public let nice: Int?
  /// The work folder on the host; a leading `~/` means the user's home there.
  public var workFolder: String
  /// Where the cluster file speaks of it, `cluster.yaml:7:5`; empty for a host of no file.
  public var place: String
  /// The pool whose machine it is, of which nobody knows more than what is asked for; nil for a host that
  /// is there.
  public var pool: String?

  /// Creates a host.
  public init(
    name: String, access: Access, limits: Amounts = Amounts(), nice: Int? = nil,
    workFolder: String = "~/.quanta", place: String = "", tokens: [String: [String]] = [:],
    withheld: Set<String> = []
  ) {
    self.name = name
    self.access = access
    self.limits = limits
    self.tokens = tokens
    self.withheld = withheld
    self.nice = nice
    self.workFolder = workFolder
    self.place = place
  }
}

extension HostSpec {
  /// What jobs may use there, by what it reports: its own cores and memory, and its GPUs.
  public func capacity(_ own: Amounts, _ devices: Devices) -> Amounts {
    var amounts = limits.filled(from: own)
    let gpu = Device.resource
    guard tokens[gpu] == nil, !withheld.contains(gpu) else { return amounts }
    amounts[gpu] = Amount(
      limits[gpu] > 0 ? devices.usable(of: limits[gpu].count) : devices.all.count)
    return amounts
  }
}

/// What speaks SSH with a host.
public enum SSHEngine: String, Sendable, Hashable, CaseIterable {
  /// libssh inside this process: hundreds of hosts, keys and agents, no questions but passphrases.
  case libssh
  /// The system's `ssh` program: whatever it can do, at a process a host.
  case openssh
}

/// How to reach a host by SSH; whatever is nil comes from the OpenSSH configuration.
public struct SSHAddress: Sendable, Hashable {
  /// A host name, an address, or an alias of the OpenSSH configuration.
  public let host: String
  /// The user.
  public let user: String?
  /// The port.
  public let port: Int?
  /// A private key's path; `~/` means the coordinator's home.
  public let identityFile: String?
  /// An OpenSSH client configuration to read instead of `~/.ssh/config`.
  public let configFile: String?
  /// A known_hosts file to use instead of the configured one.
  public let knownHostsFile: String?
  /// What speaks SSH with it.
  public let engine: SSHEngine

  /// Creates an address.
  public init(
    host: String, user: String? = nil, port: Int? = nil, identityFile: String? = nil,
    configFile: String? = nil, knownHostsFile: String? = nil, engine: SSHEngine = .libssh
  ) {
    self.host = host
    self.user = user
    self.port = port
    self.identityFile = identityFile
    self.configFile = configFile
    self.knownHostsFile = knownHostsFile
    self.engine = engine
  }
}
