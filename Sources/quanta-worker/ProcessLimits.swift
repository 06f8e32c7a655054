import Glibc

/// What the system lets one process use: `ulimit`.
enum ProcessLimits {
  /// CPU time of one process, seconds (`ulimit -t`); nil without a limit.
  static let cpuSeconds = hard(RLIMIT_CPU)
  /// The size of one file, bytes (`ulimit -f`); nil without a limit.
  static let fileBytes = hard(RLIMIT_FSIZE)

  /// What an error of a file that grows too large adds.
  static var fileWords: String {
    fileBytes.map { " (ulimit -f of this host limits files to \($0 >> 10) KiB)" } ?? ""
  }

  /// Takes as much as the account may have: a soft limit is a default that everybody may raise.
  static func raise() {
    for kind in [RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE] {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0 else { continue }
      limit.rlim_cur = limit.rlim_max
      setrlimit(__rlimit_resource_t(kind.rawValue), &limit)
    }
  }

  private static func hard(_ kind: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(kind.rawValue), &limit) == 0,
      limit.rlim_max != rlim_t.max
    else { return nil }
    return Int(clamping: limit.rlim_max)
  }
}
