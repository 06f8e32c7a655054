import Glibc

/// What can happen to pilots that Slurm has lent, to Slurm, or to the coordinator.
enum SlurmFault: String, ChaosKind {
  /// Slurm finds that a pilot's time is over.
  case walltime
  /// Jobs of another partition take a node.
  case preempt
  case requeue
  case cancel
  /// A node is lost whose processes go on.
  case node
  case controller
  case squeue
  /// The login host is silent, then its sessions end.
  case login
  case coordinator

  /// It is over at once.
  var isMomentary: Bool {
    switch self {
    case .walltime, .requeue, .cancel, .coordinator: true
    case .preempt, .node, .controller, .squeue, .login: false
    }
  }

  /// It befalls a pilot that is at work.
  var hasVictim: Bool {
    switch self {
    case .walltime, .preempt, .requeue, .cancel, .node: true
    case .controller, .squeue, .login, .coordinator: false
    }
  }

  /// It needs Slurm's controller, as whoever brings it about does.
  var needsController: Bool { hasVictim }

  /// Longer than it takes to ask twice.
  var fixedMilliseconds: Int? { self == .squeue ? 20_000 : nil }

  var unavailability: String? {
    self == .login && access("/usr/sbin/sshd", X_OK) != 0 ? "no sshd" : nil
  }
}
