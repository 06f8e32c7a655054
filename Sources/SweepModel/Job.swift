/// The content hash that names a job: SHA-256 in 64 lowercase hexadecimal digits.
///
/// It covers the workload, its result version and the parameters that decide the result in
/// canonical form; nothing else. Two sweeps that share a point share its key and so its result.
public struct JobKey: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// 64 lowercase hexadecimal digits.
  public let hex: String

  /// Adopts a digest; nil unless it is 64 lowercase hexadecimal digits (keys become file names).
  public init?(hex: String) {
    guard hex.utf8.count == 64,
      hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.hex = hex
  }

  /// The first ten digits, as tables show it.
  public var short: String { String(hex.prefix(10)) }

  /// The full digest.
  public var description: String { hex }

  /// Lexicographic order of the digests.
  public static func < (left: JobKey, right: JobKey) -> Bool { left.hex < right.hex }
}

/// One point of a grid with one seed: what a worker is asked to compute.
public struct Job: Hashable, Sendable {
  /// The identity; see ``JobKey``.
  public let key: JobKey
  /// The workload's name.
  public let workload: String
  /// Every parameter of the workload, defaults included.
  public let parameters: Parameters

  /// Creates a job; `key` must be the hash of the other two.
  public init(key: JobKey, workload: String, parameters: Parameters) {
    self.key = key
    self.workload = workload
    self.parameters = parameters
  }
}

/// Limits and shares of one job.
public struct Resources: Hashable, Sendable {
  /// What each job takes; 0 threads let the scheduler choose, 0 bytes are the workload's estimate.
  public var amounts: Amounts
  /// Wall time after which an attempt is stopped, seconds; nil for no limit.
  public var timeoutSeconds: Double?

  /// Creates limits.
  public init(_ amounts: Amounts = Amounts(), timeoutSeconds: Double? = nil) {
    self.amounts = amounts
    self.timeoutSeconds = timeoutSeconds
  }
}

/// How often and how soon a failed attempt is tried again.
public struct RetryPolicy: Hashable, Sendable {
  /// Attempts beyond the first that may fail before the job has failed.
  public var maximum: Int
  /// Wait before the first retry, seconds; doubles with every further one.
  public var backoffSeconds: Double

  /// Creates a policy.
  public init(maximum: Int = 3, backoffSeconds: Double = 30) {
    self.maximum = maximum
    self.backoffSeconds = backoffSeconds
  }
}
