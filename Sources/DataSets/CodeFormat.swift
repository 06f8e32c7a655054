import Basics
import Foundation
import Posix
import SweepModel

/// A folder of code: what Git tracks or would, and of a folder that is none of Git's all that is there.
struct CodeFormat: DataFormat {
  let kind = DataKind.code
  let installed: [String: String] = [:]
  let place = "the folder of the code such as ."
  let noun = "the folder of the code"
  let isFolder = true

  /// Names that are no code wherever they lie.
  private static let left: Set = [".git", ".hg", "__pycache__", ".venv", "node_modules", ".quanta"]

  /// Packs the folder.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8]) {
    let paths = (Self.tracked(in: path) ?? Self.all(in: path)).map(Self.withoutQuantas)
    guard let paths, !paths.isEmpty else {
      throw DataSetError(
        paths == nil ? "\(path) has too many files" : "\(path) holds no file that Git would track",
        remedy: "give the folder of the code alone, or name what is none in .gitignore")
    }
    let content: [UInt8]
    do throws(FolderArchive.Problem) {
      content = try FolderArchive.pack(paths, of: path, limit: CodeFolder.maximumBytes)
    } catch {
      let size = FolderArchive.size(of: paths, in: path)
      guard size > CodeFolder.maximumBytes / 2 else {
        throw DataSetError("\(error)", remedy: "check its permissions")
      }
      throw DataSetError(
        "\(path) holds \(size >> 20) MiB of code, at most \(CodeFolder.maximumBytes >> 20) go to "
          + "every host; the largest are \(Self.largest(paths, in: path))",
        remedy: "name in .gitignore what is no code, or give the folder of the code alone")
    }
    guard let layout = CodeFolder(sizeBytes: content.count) else {
      preconditionFailure("a packed folder has a size")
    }
    return (layout, content)
  }

  /// What Git tracks, and what it does not ignore; nil outside of a repository or without Git.
  private static func tracked(in folder: String) -> [String]? {
    let question = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    guard let (names, isWhole) = try? Git(folder: folder, seconds: 600).names(question), isWhole
    else { return nil }
    let paths = Set(names).filter { path in
      var status = stat()
      // A file that was deleted is tracked until that is committed; a submodule is its own repository.
      return lstat("\(folder)/\(path)", &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
    return paths.sorted()
  }

  private static func all(in folder: String) -> [String]? {
    FolderArchive.paths(in: folder)?.filter { path in
      !path.split(separator: "/").contains { left.contains(String($0)) }
    }
  }

  /// Without Quanta's own stores and work folders, which people have beside their code.
  private static func withoutQuantas(_ paths: [String]) -> [String] {
    let marks = ["store.sqlite", ".quanta-folder"]
    let own = Set(
      paths.compactMap { path -> Substring? in
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = slash == path.startIndex ? path[...] : path[path.index(after: slash)...]
        return marks.contains(String(name)) ? path[..<slash] : nil
      })
    return paths.filter { path in
      !own.contains { folder in folder.isEmpty || path == folder || path.hasPrefix("\(folder)/") }
    }
  }

  private static func largest(_ paths: [String], in folder: String) -> String {
    let sizes = paths.map { ($0, FolderArchive.size(of: [$0], in: folder)) }
    return sizes.sorted { $0.1 > $1.1 }.prefix(3)
      .map { "\(printable($0.0)) (\($0.1 >> 20) MiB)" }.joined(separator: ", ")
  }
}
