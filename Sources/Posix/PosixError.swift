public import Glibc

/// A system call that failed, or a situation that its caller cannot mend.
public struct PosixError: Error, Sendable, CustomStringConvertible {
  /// What happened, without a remedy.
  public let description: String
  /// The number of the error; 0 where no call failed.
  public let code: Int32

  /// A situation in words.
  public init(_ description: String) {
    self.description = description
    code = 0
  }

  /// A failed call in words.
  init(_ description: String, code: Int32) {
    self.description = description
    self.code = code
  }

  /// A failed call, explained by `errno`.
  public init(call: String, _ code: Int32 = errno) {
    description = "\(call): \(Self.words(code))"
    self.code = code
  }

  /// What the system says of an error number.
  public static func words(_ code: Int32) -> String {
    String(cString: strerror(code)) + (code == EFBIG ? ResourceLimit.fileSize.words : "")
  }
}

/// What the system lets one process use: `ulimit`.
public enum ResourceLimit: CaseIterable, Sendable {
  /// CPU time, seconds (`ulimit -t`).
  case cpuTime
  /// The size of one file, bytes (`ulimit -f`).
  case fileSize
  /// Open descriptors (`ulimit -n`).
  case descriptors

  /// The limit in force; nil without one.
  public var soft: Int? { number(limits?.rlim_cur) }

  /// The highest that everybody may raise it to; nil without one.
  public var hard: Int? { number(limits?.rlim_max) }

  /// Takes as much as the account may have: a soft limit is a default that everybody may raise.
  public func raise() {
    guard var limits else { return }
    limits.rlim_cur = limits.rlim_max
    setrlimit(kind, &limits)
  }

  fileprivate var words: String {
    hard.map { " (ulimit -f of this host limits files to \($0 >> 10) KiB)" } ?? ""
  }

  private var kind: __rlimit_resource_t {
    let kind =
      switch self {
      case .cpuTime: RLIMIT_CPU
      case .fileSize: RLIMIT_FSIZE
      case .descriptors: RLIMIT_NOFILE
      }
    return __rlimit_resource_t(kind.rawValue)
  }

  private var limits: rlimit? {
    var limits = rlimit()
    return getrlimit(kind, &limits) == 0 ? limits : nil
  }

  private func number(_ limit: rlim_t?) -> Int? {
    limit.flatMap { $0 < rlim_t(Int.max) ? Int($0) : nil }
  }
}
