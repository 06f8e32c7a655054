import Basics
import Digests
import Foundation
public import SweepModel
import Synchronization

/// Finds the data sets that sweep files name, and keeps what jobs need of them in a store.
///
/// It remembers what the files and folders that it has read hold. May be used from any thread.
public final class DataLibrary: Sendable {
  /// What files and folders hold, by their paths.
  private let read = Mutex<[String: DataSet]>([:])

  /// Creates a library that has read nothing.
  public init() {}

  /// The set that a sweep file means: a known name, a job's own name for a set, or a path.
  ///
  /// A path is absolute, under `~/`, or relative to the current folder, and is read as a whole.
  public func find(_ text: String, _ kind: DataKind) throws(DataSetError) -> DataSet {
    if let set = DataSet(name: text), set.kind == kind { return set }
    let path = Self.path(text)
    if let set = read.withLock({ $0[path] }), set.kind == kind { return set }
    let format = DataFormats.of(kind)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue == format.isFolder
    else {
      let known = DataSet.known.filter { $0.set.kind == kind }.map(\.name)
      throw text.contains("/")
        ? DataSetError(
          "there is no \(format.isFolder ? "folder" : "file") \(path)",
          remedy: "give \(format.noun)")
        : DataSetError(
          "unknown \(kind.rawValue) \"\(text)\"",
          remedy: known.isEmpty
            ? "give \(format.place)"
            : NearestWord.remedy(for: text, in: known) + " or \(format.place)")
    }
    let set = try format.set(path).set
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
  /// The set must lie there already, have been found by ``find(_:_:)``, or be installed.
  public func file(_ set: DataSet, keptIn folder: String) throws(DataSetError) -> String {
    let path = "\(folder)/\(set.hash)"
    let source = source(of: set, keptBy: path)
    defer { if FileManager.default.fileExists(atPath: path) { Self.keep(source, by: path) } }
    let kept = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    if let kept, SHA256.hash(kept.span).hexadecimal == set.hash { return path }
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

  /// Where code that has just been found stood in its repository; nil where that is kept already. It is
  /// asked for before the content is looked at once more.
  private func source(of set: DataSet, keptBy path: String) -> CodeSource? {
    guard set.kind == .code, !FileManager.default.fileExists(atPath: path + CodeSource.suffix),
      let folder = read.withLock({ $0.first { $0.value == set }?.key })
    else { return nil }
    return CodeSource.reading(folder)
  }

  /// Nothing depends on it: a store that cannot be written is told by who writes what counts.
  private static func keep(_ source: CodeSource?, by path: String) {
    guard let source else { return }
    let place = URL(fileURLWithPath: path + CodeSource.suffix)
    try? Data(source.text.utf8).write(to: place, options: .atomic)
  }

  /// Reads a set once more. Throws unless it was found by ``find(_:_:)`` or is installed, and is still the
  /// same.
  public func content(of set: DataSet) throws(DataSetError) -> [UInt8] {
    let found = read.withLock { $0.first { $0.value == set }?.key }
    let format = DataFormats.of(set.kind)
    let what = set.kind.rawValue
    guard let path = found ?? format.installed[set.name] else {
      throw DataSetError(
        "the \(what) \(set.name) are missing or damaged in the store",
        remedy: "name \(format.noun) in the sweep file, and run that")
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw DataSetError(
        "the \(what) \(set.name) are not here: there is no folder \(path)",
        remedy: "run `apt-get install dataset-\(set.name)`, or name \(format.noun)")
    }
    let (other, content) = try format.set(path)
    guard other == set || set.kind != .code else {
      throw DataSetError(
        "\(path) has changed while it was read: something writes there",
        remedy: "have runs, logs and stores write elsewhere, or make it a Git repository: "
          + "what that ignores is no code")
    }
    guard other == set else {
      throw DataSetError(
        "\(path) holds other \(what) than \(set.name): \(other.name)",
        remedy: "put the right files there, or name another \(format.isFolder ? "folder" : "file")")
    }
    return content
  }
}
