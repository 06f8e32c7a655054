import Basics
import Posix
public import SweepModel

/// How many files this process must be able to open at a time for the links to some hosts.
public enum DescriptorNeed {
  /// What a process has open besides, and links that are just starting (`ssh -G`, agents, keys).
  private static let others = 150

  /// The number, for all hosts at a time.
  public static func count(_ hosts: [HostSpec]) -> Int {
    hosts.reduce(others) { $0 + links($1) }
  }

  /// Throws `configuration` when this process may not open so many, before anything is opened.
  ///
  /// - Parameter most: the hard limit of the process; nil reads it.
  public static func check(_ hosts: [HostSpec], most: Int? = nil) throws(LinkFailure) {
    let needed = count(hosts)
    let most = most ?? ResourceLimit.descriptors.hard ?? .max
    guard needed > most else { return }
    throw LinkFailure(
      .configuration,
      "\(counted(hosts.count, "host")) \(hosts.count == 1 ? "needs" : "need") up to \(needed) open files at a time, and this process "
        + "may have \(most) (ulimit -Hn)",
      remedy: "have the hard limit raised to \(needed) (`ulimit -Hn \(needed)` as root, "
        + "/etc/security/limits.conf, LimitNOFILE= of a service), or choose fewer hosts with --hosts"
    )
  }

  /// Two wakers of an examination have two each; the engine a socket, or the two pipes of a child.
  private static func links(_ host: HostSpec) -> Int {
    switch host.access {
    case .local: 6
    case .ssh(let address): address.engine == .openssh ? 6 : 5
    }
  }
}
