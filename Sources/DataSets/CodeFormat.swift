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

  /// Repositories in each other whose files are listed.
  private static let maximumDepth = 8

  /// Packs the folder.
  func read(_ path: String) throws(DataSetError) -> (layout: any DataLayout, content: [UInt8]) {
    let paths = (try Self.tracked(in: path) ?? Self.all(in: path)).map {
      OwnFiles.removed(from: $0, of: path)
    }
    guard let paths, !paths.isEmpty else {
      throw DataSetError(
        paths == nil
          ? "\(path) has too many files"
          : "\(path) holds no code: no file that Git would track, beside stores and files of sweeps",
        remedy: paths == nil
          ? "give the folder of the code alone, or name what is none in .gitignore"
          : "give the folder in which the program lies, or leave `code` out where it needs none")
    }
    let content: [UInt8]
    do throws(FolderArchive.Problem) {
      content = try FolderArchive.pack(paths, of: path, limit: CodeFolder.maximumBytes)
    } catch {
      switch error.cause {
      case .name:
        throw DataSetError(
          "\(error)", remedy: "rename it, or name in .gitignore what is no code")
      case .system, .other: throw DataSetError("\(error)", remedy: "check its permissions")
      case .size: break
      }
      let size = FolderArchive.size(of: paths, in: path)
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

  /// What Git tracks, and what it does not ignore, in repositories below it too; nil outside of a
  /// repository. Where Git does not say it, nobody knows what is secret: nothing is packed then.
  private static func tracked(
    in folder: String, depth: Int = 0
  ) throws(DataSetError) -> [String]? {
    // Submodules that are checked out are part of the code.
    // Of repositories in this one counts what they track: what this one ignores may lie there, too.
    let questions =
      [["ls-files", "-z", "--cached", "--recurse-submodules"]]
      + (depth == 0 ? [["ls-files", "-z", "--others", "--exclude-standard"]] : [])
    var names: [ArraySlice<UInt8>] = []
    do throws(Git.Refusal) {
      for question in questions {
        let answer = try Git(folder: folder, seconds: 60).rawNames(question)
        guard answer.isWhole else { throw .tooLong }
        names += answer.names
      }
    } catch {
      let isRepository = access("\(folder)/.git", F_OK) == 0
      let reason: String
      switch error {
      case .noGit: reason = "there is no program git here"
      case .failed(_, let words):
        if words.contains("not a git repository"), !isRepository { return nil }
        reason = words.isEmpty ? "it fails without a word" : printable(words)
      case .tooLong: reason = "its list does not end"
      case .stalled:
        reason =
          "it waits for something that does not come; a .gitignore or a file that its configuration names, "
          + "such as core.excludesFile, may be a named pipe"
      case .strangeFilter: reason = "its configuration is odd"
      }
      if !isRepository, case .noGit = error { return nil }
      throw DataSetError(
        "Git does not tell which files of \(printable(folder)) are code: \(reason)",
        remedy:
          "see that `git -C \(printable(folder)) ls-files` works (a folder of another user needs git config "
          + "--global --add safe.directory), or give a folder that is no repository")
    }
    var paths: [String] = []
    for name in Set(names) {
      var status = stat()
      let place = Array("\(folder)/".utf8) + name + [0]
      // A file that was deleted is tracked until that is committed.
      guard lstat(place.map { CChar(bitPattern: $0) }, &status) == 0 else { continue }
      let path = String(decoding: name.last == 0x2F ? name.dropLast() : name, as: UTF8.self)
      if status.st_mode & S_IFMT == S_IFDIR {
        // A repository in this one; of a submodule that is not checked out nothing is there, and another
        // work tree of this one, where `.git` is a file, is no part of it.
        if depth < maximumDepth, Descriptor.isFolder("\(folder)/\(path)/.git") {
          paths += (try tracked(in: "\(folder)/\(path)", depth: depth + 1) ?? [])
            .map { "\(path)/\($0)" }
        }
        continue
      }
      guard [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) else {
        throw DataSetError(
          "\(printable(folder))/\(printable(path)) is \(RegularFile.words(status.st_mode)), and Git tracks "
            + "a file there",
          remedy: "bring the file back with `git checkout`, or remove it")
      }
      paths.append(path)
    }
    return paths.sorted()
  }

  private static func all(in folder: String) -> [String]? {
    FolderArchive.paths(in: folder, leaving: left)
  }

  private static func largest(_ paths: [String], in folder: String) -> String {
    let sizes = paths.map { ($0, FolderArchive.size(of: [$0], in: folder)) }
    return sizes.sorted { $0.1 > $1.1 }.prefix(3)
      .map { "\(printable($0.0)) (\($0.1 >> 20) MiB)" }.joined(separator: ", ")
  }
}
