import Foundation

/// Where everything lies in a store's directory.
///
/// | name | holds |
/// |---|---|
/// | `store.sqlite` (`-wal`, `-shm`) | sweeps, jobs, attempts, results, events |
/// | `logs/KEY/N.log` | what attempt N of a job printed |
/// | `checkpoints/KEY.ckpt` | the latest checkpoint of an unfinished job; `KEY.ckpt.part-…` one that is coming |
/// | `data/HASH` | a data set that jobs read, as it is shipped to hosts |
/// | `data/HASH.source` | of code, where it stood in its repository, as ``CodeSource/text`` |
/// | `weights/HASH` | weights that results hold, as safetensors |
/// | `requests/` | the mailbox of a running coordinator |
/// | `live.json` | what the coordinator is doing, rewritten while it runs |
/// | `queue/` | the places of runs that wait for the lock |
/// | `stopped.json` | which workers `quanta workers stop` has ended, and when |
/// | `launches.json` | the options about hosts with which its sweeps were run last |
/// | `run.log` | what the last run said that went on without a terminal |
/// | `lock` | held by the coordinator, with its process, host and start |
public struct StoreLayout: Hashable, Sendable {
  /// The store's directory, absolute.
  public let directory: String

  /// Adopts a directory; a relative path is taken from the current directory.
  public init(directory: String) {
    self.directory = URL(fileURLWithPath: directory).standardizedFileURL.path
  }

  /// The directory that commands use when they are told none.
  public static let defaultDirectory = "./quanta-store"

  /// The SQLite database.
  ///
  /// - Warning: Never open and close this file by other means than SQLite in a process that has
  ///   the store open: closing any descriptor of it drops SQLite's locks (POSIX).
  public var database: String { directory + "/store.sqlite" }
  /// The folder of the jobs' logs.
  public var logs: String { directory + "/logs" }
  /// The folder of the jobs' checkpoints.
  public var checkpoints: String { directory + "/checkpoints" }
  /// The folder of the data sets that jobs read.
  public var data: String { directory + "/data" }
  /// The folder of the weights that results hold.
  public var weights: String { directory + "/weights" }
  /// The mailbox of a running coordinator.
  public var requests: String { directory + "/requests" }
  /// The places of those who wait for the lock.
  public var queue: String { directory + "/queue" }
  /// The coordinator's live status.
  public var live: String { directory + "/live.json" }
  /// Which workers a person has ended.
  public var stopped: String { directory + "/stopped.json" }
  /// With which options its sweeps were run.
  public var launches: String { directory + "/launches.json" }
  /// What the run said last that went on without a terminal.
  public var runLog: String { directory + "/run.log" }
  /// The lock of the one writer.
  public var lock: String { directory + "/lock" }

  /// A database that is being created; renamed to ``database`` when it is complete.
  var unfinishedDatabase: String { directory + "/store.sqlite.unfinished" }

  /// Whether nothing but a store's own files lies in the directory: an interrupted creation.
  func holdsOnlyOwnFiles() -> Bool {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
      return false
    }
    let own = ["logs", "checkpoints", "requests", "queue", "live.json", "stopped.json", "lock"]
    return names.allSatisfy { own.contains($0) || $0.hasPrefix("store.sqlite.unfinished") }
  }
}
