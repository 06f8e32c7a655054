import Basics
import Crypto
import Foundation
public import SweepModel
import Synchronization

/// Finds the sets of images that sweep files name, and keeps what jobs need of them in a store.
///
/// It remembers what the folders that it has read hold. May be used from any thread.
public final class ImageLibrary: Sendable {
  private static let installed = ["fashion-mnist": "/usr/share/datasets/fashion-mnist"]
  /// What folders hold, by their paths.
  private let read = Mutex<[String: ImageSet]>([:])

  /// Creates a library that has read nothing.
  public init() {}

  /// The set that a sweep file means: a known name, a job's own name for a set, or a folder.
  ///
  /// A folder is absolute, under `~/`, or relative to the current folder, and is read as a whole.
  public func find(_ text: String) throws(DataSetError) -> ImageSet {
    if let set = ImageSet(name: text) { return set }
    let path = Self.path(text)
    if let set = read.withLock({ $0[path] }) { return set }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw text.contains("/")
        ? DataSetError("there is no folder \(path)", remedy: "give the folder with the IDX files")
        : DataSetError(
          "unknown images \"\(text)\"",
          remedy: NearestWord.remedy(for: text, in: ImageSet.known.map(\.name))
            + " or a folder with IDX files such as ./mnist")
    }
    let set = try ImageFolder(path: path).set
    read.withLock { $0[path] = set }
    return set
  }

  /// `~/` is the home that the shell means, too.
  private static func path(_ text: String) -> String {
    guard text.hasPrefix("~/"), let home = ProcessInfo.processInfo.environment["HOME"] else {
      return text
    }
    return home + text.dropFirst(1)
  }

  /// The file in a folder that holds a set's content, written there first if it is missing or
  /// damaged.
  ///
  /// The set must lie there already, have been found in a folder by ``find(_:)``, or be installed.
  public func file(_ set: ImageSet, keptIn folder: String) throws(DataSetError) -> String {
    let path = "\(folder)/\(set.hash)"
    let kept = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    if let kept, SHA256.hash(data: kept).hexadecimal == set.hash { return path }
    let content = try content(of: set)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(content).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DataSetError(
        "\(path) cannot be written: \((error as NSError).localizedDescription)",
        remedy: "free space there, or take another store")
    }
    return path
  }

  /// Reads a set once more; throws unless it is the one that was found before.
  private func content(of set: ImageSet) throws(DataSetError) -> [UInt8] {
    let found = read.withLock { $0.first { $0.value == set }?.key }
    guard let folder = found ?? Self.installed[set.name] else {
      throw DataSetError(
        "the images \(set.name) are missing or damaged in the store",
        remedy: "name the folder of their IDX files in the sweep file, and run that")
    }
    guard FileManager.default.fileExists(atPath: folder) else {
      throw DataSetError(
        "the images \(set.name) are not here: there is no folder \(folder)",
        remedy: "run `apt-get install dataset-\(set.name)`, or name a folder with their IDX files")
    }
    let images = try ImageFolder(path: folder)
    guard images.set == set else {
      throw DataSetError(
        "\(folder) holds other images than \(set.name): \(images.set.name)",
        remedy: "put the right files there, or name another folder")
    }
    return images.content
  }
}
