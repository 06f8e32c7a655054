import Foundation
public import SweepModel
import Synchronization

/// Finds the sets of images that sweep files name, and keeps what jobs need of them in a store.
///
/// It remembers what the folders that it has read hold. May be used from any thread.
public final class ImageLibrary: Sendable {
  private static let installed = ["fashion-mnist": "/usr/share/datasets/fashion-mnist"]
  /// What folders hold, by their names as sweep files have them.
  private let read = Mutex<[String: ImageSet]>([:])

  /// Creates a library that has read nothing.
  public init() {}

  /// The set that a sweep file means: a known name, a job's own name for a set, or a folder.
  ///
  /// A folder is absolute, under `~/`, or relative to the current folder, and is read as a whole. One
  /// that is gone means what it held when a run last kept it in `folder`.
  public func find(_ text: String, keptIn folder: String) throws(DataSetError) -> ImageSet {
    if let set = ImageSet(name: text) ?? read.withLock({ $0[text] }) { return set }
    let path = Self.path(text)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      if let set = FolderNotes(in: folder).set(of: text) { return set }
      throw Self.unknown(text)
    }
    let set = try ImageFolder(path: path).set
    read.withLock { $0[text] = set }
    return set
  }

  private static func unknown(_ text: String) -> DataSetError {
    guard !text.contains("/") else {
      return DataSetError(
        "there is no folder \(path(text))", remedy: "give the folder with the IDX files")
    }
    return DataSetError(
      "unknown images \"\(text)\"",
      remedy: NearestWord.remedy(for: text, in: ImageSet.known.map(\.name))
        + " or a folder with IDX files such as ./mnist")
  }

  private static func path(_ text: String) -> String { NSString(string: text).expandingTildeInPath }

  /// The file in a folder that holds a set's content, written there first if it is missing.
  ///
  /// The set must lie there already, have been found in a folder by ``find(_:keptIn:)``, or be
  /// installed.
  public func file(_ set: ImageSet, keptIn folder: String) throws(DataSetError) -> String {
    let path = "\(folder)/\(set.hash)"
    let sources = read.withLock { $0.filter { $0.value == set }.map(\.key) }.sorted()
    do {
      if Self.size(of: path) != set.sizeBytes {
        let content = try content(of: set, in: sources.first.map(Self.path))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: path), options: .atomic)
      }
      for source in sources { try FolderNotes(in: folder).note(set, of: source) }
    } catch let error as DataSetError {
      throw error
    } catch {
      throw DataSetError(
        "\(path) cannot be written: \((error as NSError).localizedDescription)",
        remedy: "free space there, or take another store")
    }
    return path
  }

  /// Reads a set once more; throws unless it is the one that was found before.
  private func content(of set: ImageSet, in folder: String?) throws(DataSetError) -> [UInt8] {
    guard let folder = folder ?? Self.installed[set.name] else {
      throw DataSetError(
        "the images \(set.name) are not in the store, and no folder with them was named",
        remedy: "name the folder of their IDX files in the sweep file again")
    }
    guard FileManager.default.fileExists(atPath: folder) else {
      throw DataSetError(
        "the images \(set.name) are not here: there is no folder \(folder)",
        remedy: "run `apt-get install dataset-\(set.name)`, or name a folder with their IDX files")
    }
    let found = try ImageFolder(path: folder)
    guard found.set == set else {
      throw DataSetError(
        "\(folder) holds other images than \(set.name): \(found.set.name)",
        remedy: "put the right files there, or name another folder")
    }
    return found.content
  }

  private static func size(of path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }
}
