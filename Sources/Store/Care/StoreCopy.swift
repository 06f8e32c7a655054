import Foundation
import GRDB
import Posix
import SweepModel

/// Copies of a store and of its files.
public enum StoreCopy {
  /// Writes a whole, compact copy of a store into a new folder, also while a run goes on: the database
  /// as it is at one moment, and every file beside it that a run wrote, but checkpoints, lock and
  /// mailbox.
  ///
  /// The folder appears under its name when all of it is on the disk; whatever goes wrong before
  /// leaves nothing behind. Throws `alreadyExists` when something has that name.
  public static func write(_ reader: StoreReader, to folder: String) throws(StoreError) {
    let folder = StoreLayout(directory: folder).directory
    var information = stat()
    guard lstat(folder, &information) != 0 else {
      throw StoreError(
        .alreadyExists, path: folder, message: "\(folder) exists already.",
        remedy: "Name a new folder or file.")
    }
    let unfinished = "\(folder).unfinished-\(getpid())"
    guard mkdir(unfinished, 0o755) == 0 else {
      throw StoreError(
        .noPermission, path: folder,
        message: "Cannot create \(folder): \(String(cString: strerror(errno))).",
        remedy: "Name a place that exists and can be written.")
    }
    do throws(StoreError) {
      let copy = StoreLayout(directory: unfinished)
      try copyDatabase(reader, to: copy.database)
      for name in [copy.logs, copy.checkpoints, copy.requests, copy.data] {
        try DurableFile.makeDirectory(name)
      }
      let files = StoreFiles(reader.layout)
      for key in files.logs.bytes.keys {
        try copyLogs(of: key, from: reader.layout, to: copy)
      }
      for hash in files.data.keys {
        try self.copy("\(reader.layout.data)/\(hash)", to: "\(copy.data)/\(hash)")
        try self.copy(reader.layout.codeSourceFile(hash), to: copy.codeSourceFile(hash))
      }
      try copyWeights(reader.weightHashes(), from: reader.layout, to: copy)
      guard rename(unfinished, folder) == 0 else { throw .system(errno, "create", path: folder) }
      AtomicFile.synchronizeFolder(of: folder)
    } catch {
      try? FileManager.default.removeItem(atPath: unfinished)
      throw error
    }
  }

  /// One read transaction sees one moment, whatever is committed meanwhile.
  private static func copyDatabase(
    _ reader: StoreReader, to path: String
  ) throws(StoreError) {
    try Connection.explaining(path) {
      try reader.queue.inDatabase { database in
        try database.execute(sql: "VACUUM INTO ?", arguments: [path])
      }
    }
    let file = try DurableFile.open(path, O_RDONLY, for: "read")
    try DurableFile.explaining("write", path) { () throws(PosixError) in try file.synchronize() }
  }

  /// Copies the logs of results that were taken over, under the numbers of their new attempts.
  public static func copyLogs(
    of report: MergeReport, from other: StoreLayout, to layout: StoreLayout
  ) throws(StoreError) {
    for adoption in report.adopted {
      let from = LogReader(other).path(of: adoption.key, attempt: adoption.was)
      let to = LogReader(layout).path(of: adoption.key, attempt: adoption.number)
      guard access(from, R_OK) == 0, access(to, F_OK) != 0 else { continue }
      try DurableFile.makeDirectory("\(layout.logs)/\(adoption.key.hex)")
      try copy(from, to: to)
    }
  }

  /// Copies the data sets that a store has and another lacks, and what it knows of their origin.
  public static func copyData(from other: StoreLayout, to layout: StoreLayout) throws(StoreError) {
    let known = StoreFiles(layout).data
    let hashes = StoreFiles(other).data.keys
    guard !hashes.isEmpty else { return }
    try DurableFile.makeDirectory(layout.data)
    for hash in hashes {
      if known[hash] == nil { try copy("\(other.data)/\(hash)", to: "\(layout.data)/\(hash)") }
      guard access(layout.codeSourceFile(hash), F_OK) != 0 else { continue }
      try copy(other.codeSourceFile(hash), to: layout.codeSourceFile(hash))
    }
  }

  /// Copies the weights that results of a store name and that another store lacks or has damaged. What
  /// is damaged here, or missing, is not copied.
  public static func copyWeights(
    _ hashes: Set<String>, from other: StoreLayout, to layout: StoreLayout
  ) throws(StoreError) {
    for hash in hashes.sorted() {
      guard let content = try DurableFile.read(WeightFolder(other).path(of: hash)) else { continue }
      let snapshot = WeightSnapshot(step: 0, content: content)
      if snapshot.hash == hash { try WeightFolder(layout).keep([snapshot]) }
    }
  }

  private static func copyLogs(
    of key: JobKey, from: StoreLayout, to: StoreLayout
  ) throws(StoreError) {
    try DurableFile.makeDirectory("\(to.logs)/\(key.hex)")
    for path in StoreFiles.logs(in: "\(from.logs)/\(key.hex)") {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      try copy(path, to: "\(to.logs)/\(key.hex)/\(name)")
    }
  }

  private static func copy(_ from: String, to: String) throws(StoreError) {
    guard let bytes = try DurableFile.read(from) else { return }
    try DurableFile.write(bytes, to: to, durable: false)
  }
}
