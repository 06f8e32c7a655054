/// Why a host cannot be used, or why the link to its worker ended; what follows from it is decided
/// by ``HostTrouble/isPermanent`` and by the rules of the run's hosts.
public enum HostTrouble: String, Hashable, Sendable, CaseIterable {
  /// The name does not resolve.
  case hostUnknown
  /// Nothing answers in time.
  case unreachable
  /// The port is closed.
  case refused
  /// known_hosts has no key for the host.
  case hostKeyUnknown
  /// The host shows another key than known_hosts says: possibly an attack.
  case hostKeyChanged
  /// No key or agent was accepted.
  case authenticationRejected
  /// The work folder cannot be made or written (read-only, no permission).
  case workFolder
  /// The disk has no room for the worker.
  case noSpace
  /// Another processor family or operating system than the binary's.
  case wrongArchitecture
  /// The binary arrived with another hash or does not start, or the worker speaks unintelligibly.
  case worker
  /// The link stood and then broke.
  case lost
  /// The worker there serves another run.
  case occupied
  /// Another host of the run has reached the same worker.
  case duplicate
  /// The transport's configuration is unusable (a key file that is not there, a bad option).
  case configuration

  /// True when only a person can mend it and trying again is of no use, or of harm. A disk that is
  /// full or read-only is mended by whoever looks after the host, while runs go on.
  public var isPermanent: Bool {
    switch self {
    case .unreachable, .refused, .lost, .worker, .workFolder, .noSpace, .occupied, .duplicate:
      false
    case .hostUnknown, .hostKeyUnknown, .hostKeyChanged, .authenticationRejected,
      .wrongArchitecture, .configuration:
      true
    }
  }
}
