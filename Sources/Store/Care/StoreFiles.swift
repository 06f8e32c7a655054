import Foundation
public import SweepModel

/// The files beside a store's database, as far as their names and kinds say that a run wrote them.
///
/// Whatever else lies in the folders is neither counted nor removed, and no link is followed.
public struct StoreFiles: Sendable {
  /// One kind of file.
  public struct Group: Sendable {
    /// Bytes by job.
    public fileprivate(set) var bytes: [JobKey: Int] = [:]
    /// Files in all.
    public fileprivate(set) var count = 0

    /// Bytes in all.
    public var total: Int { bytes.values.reduce(0, +) }
  }

  /// `logs/KEY/N.log`.
  public private(set) var logs = Group()
  /// `checkpoints/KEY.ckpt`.
  public private(set) var checkpoints = Group()
  /// Checkpoints that are being written, or that a killed process has half written.
  public private(set) var drafts = (count: 0, bytes: 0)
  /// Bytes of `data/HASH` by hash, with `data/HASH.source`.
  public private(set) var data: [String: Int] = [:]
  /// Bytes of `weights/HASH` by hash.
  public private(set) var weights: [String: Int] = [:]
  /// Bytes of the database with its write-ahead log.
  public private(set) var database = 0
  private let layout: StoreLayout

  /// Looks through a store's folder.
  public init(_ layout: StoreLayout) {
    self.layout = layout
    for suffix in ["", "-wal"] { database += Self.size(layout.database + suffix) ?? 0 }
    for (name, key) in Self.keys(in: layout.logs, suffix: "")
    where Self.kind("\(layout.logs)/\(name)") == S_IFDIR {
      for path in Self.logs(in: "\(layout.logs)/\(name)") {
        logs.bytes[key, default: 0] += Self.size(path) ?? 0
        logs.count += 1
      }
    }
    for (name, key) in Self.keys(in: layout.checkpoints, suffix: ".ckpt") {
      guard let size = Self.size("\(layout.checkpoints)/\(name)") else { continue }
      checkpoints.bytes[key] = size
      checkpoints.count += 1
    }
    for path in CheckpointFolder(layout).drafts {
      guard let size = Self.size(path) else { continue }
      drafts = (drafts.count + 1, drafts.bytes + size)
    }
    for (name, _) in Self.keys(in: layout.data, suffix: "") {
      guard let size = Self.size("\(layout.data)/\(name)") else { continue }
      data[name] = size + (Self.size(layout.codeSourceFile(name)) ?? 0)
    }
    for (name, _) in Self.keys(in: layout.weights, suffix: "") {
      weights[name] = Self.size("\(layout.weights)/\(name)")
    }
  }

  /// Removes the logs of a job.
  public func removeLogs(of key: JobKey) throws(StoreError) {
    let folder = "\(layout.logs)/\(key.hex)"
    guard Self.kind(folder) == S_IFDIR else { return }
    for path in Self.logs(in: folder) { try Self.remove(path) }
    // Stays where something else lies in it.
    rmdir(folder)
  }

  /// Removes the checkpoint of a job.
  public func removeCheckpoint(of key: JobKey) throws(StoreError) {
    try Self.remove(CheckpointFolder(layout).path(of: key))
  }

  /// Removes half-written checkpoints. Nobody may be writing one.
  public func removeDrafts() { CheckpointFolder(layout).removeDrafts() }

  /// Removes a data set.
  public func removeData(_ hash: String) throws(StoreError) {
    guard JobKey(hex: hash) != nil else { return }
    try Self.remove("\(layout.data)/\(hash)")
    try Self.remove(layout.codeSourceFile(hash))
  }

  /// Removes weights that no result names.
  public func removeWeights(_ hash: String) throws(StoreError) {
    guard JobKey(hex: hash) != nil else { return }
    try Self.remove(WeightFolder(layout).path(of: hash))
  }

  private static func remove(_ path: String) throws(StoreError) {
    guard kind(path) == S_IFREG else { return }
    guard unlink(path) == 0 || errno == ENOENT else { throw .system(errno, "remove", path: path) }
  }

  /// The regular files `N.log` of a folder.
  static func logs(in folder: String) -> [String] {
    names(in: folder).filter { name in
      name.hasSuffix(".log") && !name.hasPrefix(".") && name.dropLast(4).allSatisfy(\.isWholeNumber)
    }.map { "\(folder)/\($0)" }.filter { kind($0) == S_IFREG }
  }

  private static func keys(in folder: String, suffix: String) -> [(name: String, key: JobKey)] {
    names(in: folder).filter { $0.hasSuffix(suffix) }.compactMap { name in
      JobKey(hex: String(name.dropLast(suffix.count))).map { (name, $0) }
    }
  }

  private static func names(in folder: String) -> [String] {
    guard kind(folder) == S_IFDIR else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The kind of a file, of a link that of the link.
  private static func kind(_ path: String) -> mode_t? {
    var information = stat()
    return lstat(path, &information) == 0 ? information.st_mode & S_IFMT : nil
  }

  /// The size of a regular file.
  private static func size(_ path: String) -> Int? {
    var information = stat()
    guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return Int(information.st_size)
  }
}
