import Foundation
import SweepModel

/// What the folders that sweeps of a store name held when they were last read: a file beside the
/// store's data sets, with a line for each folder as it was written, a tab, and the set's name.
///
/// With it a stored sweep means the same after its folder has gone.
struct FolderNotes {
  private let path: String

  /// The notes beside the data sets of a folder.
  init(in folder: String) { path = "\(folder)/folders.tsv" }

  /// What a folder held.
  func set(of text: String) -> ImageSet? { lines[text].flatMap { ImageSet(name: $0) } }

  /// Notes what a folder holds, atomically.
  func note(_ set: ImageSet, of text: String) throws {
    var lines = lines
    guard lines.updateValue(set.name, forKey: text) != set.name else { return }
    let content = lines.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)\n" }.joined()
    try Data(content.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private var lines: [String: String] {
    let content = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let pairs = content.split(separator: "\n").compactMap { line -> (String, String)? in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
    return Dictionary(pairs) { $1 }
  }
}
