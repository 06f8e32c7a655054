import Basics
import Foundation
public import SweepModel

/// The weights that results hold, a file for each content, named by its SHA-256.
///
/// A file is written whole and durably before a result that names it is recorded, and never changes: what
/// has another content than its name says is damaged, is never used, and is replaced by whoever has the
/// right content. May be used from any thread.
public struct WeightFolder: Sendable {
  private let folder: String

  /// The weights of a store.
  public init(_ layout: StoreLayout) { folder = layout.weights }

  /// Where the content of a hash lies, whether or not it is there.
  public func path(of hash: String) -> String { "\(folder)/\(hash)" }

  /// Keeps what is in memory of a result; of what is not, the file must be there.
  func keep(_ weights: [WeightSnapshot]) throws(StoreError) {
    guard !weights.isEmpty else { return }
    try DurableFile.makeDirectory(folder)
    for snapshot in weights {
      if try holds(snapshot) { continue }
      guard let content = snapshot.content else { throw damaged(snapshot) }
      try DurableFile.write(content, to: path(of: snapshot.hash), durable: true)
    }
  }

  /// Puts the right content where a file is damaged or missing; true where that was needed.
  public func mend(_ snapshot: WeightSnapshot) throws(StoreError) -> Bool {
    if try holds(snapshot) { return false }
    try keep([snapshot])
    return true
  }

  /// True where the file is there and has the content that its name says.
  public func holds(_ snapshot: WeightSnapshot) throws(StoreError) -> Bool {
    try content(of: snapshot) != nil
  }

  /// The snapshot with its content. Throws `corrupt` where the file is missing, or is not what its name
  /// says.
  public func read(_ snapshot: WeightSnapshot) throws(StoreError) -> WeightSnapshot {
    guard let content = try content(of: snapshot) else { throw damaged(snapshot) }
    return WeightSnapshot(step: snapshot.step, content: content)
  }

  private func content(of snapshot: WeightSnapshot) throws(StoreError) -> [UInt8]? {
    // Names become paths: nothing but a hash is one.
    guard JobKey(hex: snapshot.hash) != nil else { return nil }
    let bytes = try DurableFile.read(path(of: snapshot.hash), limit: snapshot.size + 1)
    guard let bytes, bytes.count == snapshot.size,
      PortableSHA256.hash(bytes).hexadecimal == snapshot.hash
    else { return nil }
    return bytes
  }

  private func damaged(_ snapshot: WeightSnapshot) -> StoreError {
    let path = path(of: snapshot.hash)
    let isThere = FileManager.default.fileExists(atPath: path)
    return StoreError(
      .corrupt, path: path,
      message: "The weights after step \(snapshot.step) in \(path) "
        + (isThere ? "are damaged: their SHA-256 is not the file's name." : "are missing."),
      remedy:
        "`quanta store merge` of a copy brings them back; `quanta verify` computes them again.")
  }
}
