import Foundation
public import SweepModel
import Synchronization

/// Finds the sets of images that sweep files name, and keeps what jobs need of them in a store.
///
/// It remembers what the folders that it has read hold. May be used from any thread.
public final class ImageLibrary: Sendable {
  private static let installed = ["fashion-mnist": "/usr/share/datasets/fashion-mnist"]
  /// What folders hold, by path.
  private let read = Mutex<[String: ImageSet]>([:])

  /// Creates a library that has read nothing.
  public init() {}

  /// The set that a sweep file means: a known name, a job's own name for a set, or a folder.
  ///
  /// A folder is absolute, under `~/`, or relative to the current folder, and is read as a whole;
  /// names are looked at no further.
  public func find(_ text: String) throws(DataSetError) -> ImageSet {
    if let set = ImageSet(name: text) { return set }
    let path = NSString(string: text).expandingTildeInPath
    if let set = read.withLock({ $0[path] }) { return set }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      let names = ImageSet.known.map(\.name)
      throw text.contains("/")
        ? DataSetError("there is no folder \(path)", remedy: "give the folder with the IDX files")
        : DataSetError(
          "unknown images \"\(text)\"",
          remedy: NearestWord.remedy(for: text, in: names)
            + " or a folder with IDX files such as ./mnist")
    }
    let set = try ImageFolder(path: path).set
    read.withLock { $0[path] = set }
    return set
  }

  /// The file in a folder that holds a set's content, written there first if it is missing.
  ///
  /// The set must lie there already, have been found in a folder by ``find(_:)``, or be installed.
  public func file(_ set: ImageSet, keptIn folder: String) throws(DataSetError) -> String {
    let path = "\(folder)/\(set.hash)"
    if Self.size(of: path) == set.sizeBytes { return path }
    let known = read.withLock { $0.first { $0.value == set }?.key }
    guard let source = known ?? Self.installed[set.name] else {
      throw DataSetError(
        "the images \(set.name) are not in \(folder), and no folder with them was named",
        remedy: "name the folder of their IDX files in the sweep file again")
    }
    guard FileManager.default.fileExists(atPath: source) else {
      throw DataSetError(
        "the images \(set.name) are not installed: there is no folder \(source)",
        remedy: "run `apt-get install dataset-\(set.name)`, or name a folder with their IDX files")
    }
    let found = try ImageFolder(path: source)
    guard found.set == set else {
      throw DataSetError(
        "\(source) holds other images than \(set.name): \(found.set.name)",
        remedy: "put the right files there, or name another folder")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(found.content).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw DataSetError(
        "\(path) cannot be written: \((error as NSError).localizedDescription)",
        remedy: "free space there, or take another store")
    }
    return path
  }

  private static func size(of path: String) -> Int? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
  }
}
