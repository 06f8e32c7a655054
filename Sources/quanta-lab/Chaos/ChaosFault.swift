import Glibc

/// What can happen to a host, or to the coordinator.
enum ChaosFault: String, ChaosKind {
  case crash, reinstall, sshd, freeze, cut, loss, slow, full, readonly, memory, worker, job
  case coordinator, key, duplicate, copy, login, name, reaper, quota

  /// The verbs of `Tests/Lab/hosts` that begin and that end it, the host's number left out.
  var verbs: (begin: [String], end: [String]) {
    switch self {
    case .crash: (["cut", "crash"], ["boot", "uncut"])
    case .reinstall: (["cut", "crash"], ["wipe", "boot", "uncut"])
    case .sshd: (["stop-sshd"], ["start-sshd"])
    case .freeze: (["pause"], ["resume"])
    case .cut: (["cut"], ["uncut"])
    case .loss: (["lose 20"], ["clear"])
    case .slow: (["slow 256"], ["clear"])
    case .full: (["fill"], ["unfill"])
    case .readonly: (["ro"], ["rw"])
    case .key: (["swap-key"], ["swap-key"])
    case .login: (["reject-key", "stop-sshd", "start-sshd"], ["accept-key"])
    case .name: (["stop-sshd", "start-sshd"], [])
    case .quota: (["quota 30"], ["unquota"])
    case .memory, .worker, .job, .coordinator, .duplicate, .copy, .reaper: ([], [])
    }
  }

  /// The processes that it kills, the largest of them, by what a worker's arguments begin with; nil for
  /// what lasts.
  var victims: [String]? {
    switch self {
    case .memory: ["slot", "serve"]
    case .job: ["slot"]
    case .worker: ["serve"]
    default: nil
    }
  }

  /// What lasts as long as people's troubles do.
  var fixedMilliseconds: Int? {
    switch self {
    case .login, .reaper: 12_000
    case .name: 20_000
    default: nil
    }
  }

  var unavailability: String? {
    switch self {
    case .loss: Self.isInstalled("iptables") ? nil : "no iptables"
    case .slow: Self.isInstalled("tc") ? nil : "no tc"
    case .quota:
      access("/sys/fs/cgroup/cpu/cgroup.procs", W_OK) == 0
        ? nil : "no cpu controller of control groups v1"
    default: nil
    }
  }

  private static func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
  }
}
