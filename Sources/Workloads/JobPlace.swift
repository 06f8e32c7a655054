import Posix
public import SweepModel

/// Where a job that is a program of the user's runs, and what it may take.
public struct JobPlace: Hashable, Sendable {
  /// The attempt.
  public let attempt: AttemptID
  /// A folder of the job's own, which stays on this host until the job is done.
  public let folder: String
  /// A folder for what is made once on this host, whoever's jobs it serves.
  public let shared: String
  /// Wall time that the attempt may take from now, seconds; nil for any.
  public let timeoutSeconds: Double?
  /// Memory that the program may take with all that it starts, bytes; 0 for any.
  public let memoryBytes: Int

  /// The private folder in which the program runs, or finds its copy of the code where it runs elsewhere:
  /// nobody else writes there.
  public var work: String { "\(folder)/work" }

  /// The name of a file in the job's folder that says that what the job goes on from is on this host
  /// alone, so the folder outlives the run.
  public static let staying = "stays-here"

  /// How the name of a folder begins that waits for the next job beside those of jobs.
  public static let spare = "spare-"

  /// Describes a place.
  public init(
    attempt: AttemptID, folder: String, shared: String, timeoutSeconds: Double?, memoryBytes: Int
  ) {
    self.attempt = attempt
    self.folder = folder
    self.shared = shared
    self.timeoutSeconds = timeoutSeconds
    self.memoryBytes = memoryBytes
  }
}

/// A job asks to be run again, and is not to blame: exit status 75.
public struct JobRequeued: Error, Hashable, Sendable {
  /// Creates the error.
  public init() {}
}

/// What keeps a job from running is its host's, or its batch system's, not the job's.
public struct HostFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened.
  public let message: String

  /// Creates a failure.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}

extension HostFailure {
  /// Makes what a job needs on its disk: where the host's system does not let it, the host is to blame.
  static func blaming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as PosixError {
      throw HostFailure("its folder cannot be made: \(error)")
    } catch let problem as FolderArchive.Problem where problem.cause == .system {
      throw HostFailure("its folder cannot be made: \(problem)")
    }
  }
}
