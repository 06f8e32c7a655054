/// One try at a job on one worker.
///
/// `token` is the fencing token: it grows with every lease that the ledger grants, across all jobs
/// and coordinator restarts, so of two attempts the later one is known without a clock.
public struct AttemptID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The job.
  public let job: JobKey
  /// The try's number, from 1.
  public let number: Int
  /// The fencing token, unique in a store.
  public let token: Int

  /// Creates an identifier.
  public init(job: JobKey, number: Int, token: Int) {
    self.job = job
    self.number = number
    self.token = token
  }

  /// `0a1b2c3d4e/2` — the job's short key and the try.
  public var description: String { "\(job.short)/\(number)" }

  /// Order of the leases.
  public static func < (left: AttemptID, right: AttemptID) -> Bool { left.token < right.token }
}

/// Where and how an attempt ran; recorded with every result.
public struct Provenance: Hashable, Sendable {
  /// The host's own name.
  public var hostname: String
  /// The processor's model name.
  public var processor: String
  /// The kernel's instruction set, such as `portable` or `avx512`.
  public var instructionSet: String
  /// Threads the job had.
  public var threads: Int
  /// Wall time from start to result, seconds; all sittings of this attempt.
  public var wallSeconds: Double
  /// CPU time of the slot process for this attempt, seconds.
  public var cpuSeconds: Double
  /// Peak resident memory of the slot process, bytes.
  public var peakMemoryBytes: Int
  /// SHA-256 of the worker binary, hexadecimal.
  public var binaryHash: String
  /// The project's version.
  public var version: String
  /// Where the result comes from: ``here``, or what ``imported(from:)`` says.
  public var origin: String

  /// The origin of what a worker of this project ran.
  public static let here = "run here"

  /// The origin of a result that was made elsewhere: `imported from …` with a file or a tool.
  public static func imported(from source: String) -> String { "imported from \(source)" }

  /// Creates a provenance.
  public init(
    hostname: String, processor: String, instructionSet: String, threads: Int,
    wallSeconds: Double, cpuSeconds: Double, peakMemoryBytes: Int, binaryHash: String,
    version: String, origin: String = here
  ) {
    self.hostname = hostname
    self.processor = processor
    self.instructionSet = instructionSet
    self.threads = threads
    self.wallSeconds = wallSeconds
    self.cpuSeconds = cpuSeconds
    self.peakMemoryBytes = peakMemoryBytes
    self.binaryHash = binaryHash
    self.version = version
    self.origin = origin
  }
}

/// The ledger's states of a job.
public enum JobState: String, Hashable, Sendable, CaseIterable {
  /// Waits for a place or for its back-off to end.
  case waiting
  /// An attempt holds the lease.
  case running
  /// A result is recorded.
  case done
  /// Failed for good, with a reason and a log; `quanta retry` frees it.
  case setAside
  /// A person cancelled it; `quanta retry` frees it.
  case cancelled
}
