package import Foundation
import Posix

/// A folder to which a command writes files; it gives no name twice. For one thread.
package final class OutputFolder {
  package let path: String
  private var names = FileNames()

  /// Makes the folder where it is missing.
  package init(_ path: String) throws {
    self.path = path
    do throws(PosixError) {
      try makeFolders(path)
    } catch {
      throw CommandError("the folder \(path) cannot be made: \(PosixError.words(error.code))")
    }
  }

  /// The path of a new file in it; what a file's name cannot hold, or a shell would read, is one
  /// `_`, the middle of a very long name is left out, and of equal names the later ones are numbered.
  package func file(_ name: String) -> String {
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    return "\(path)/" + names.free(String(name[..<dot]), ending: String(name[dot...]))
  }

  /// Refuses to put a report in place of a file that is none: a store, a sweep file, a folder.
  package static func checkReport(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let head = (try? FileHandle(forReadingAtPath: path)?.read(upToCount: 4096)) ?? Data()
    let text = String(decoding: head, as: UTF8.self)
    guard !(text.contains("<!DOCTYPE html>") && text.contains("content=\"Quanta ")) else { return }
    throw CommandError(
      "\(path) exists and is no report of Quanta's", remedy: "name another file, or remove it")
  }

  /// Writes a file whole or not at all, where there is none of that name.
  package static func writeNew(_ text: String, to path: String) throws {
    guard access(path, F_OK) != 0 else {
      throw CommandError("\(path) exists", remedy: "name another file, or remove it")
    }
    try write(Data(text.utf8), to: path)
  }

  /// Writes a file whole or not at all, in place of one of that name.
  package static func write(_ data: Data, to path: String) throws {
    do throws(PosixError) {
      try AtomicFile.write([UInt8](data), to: path, isDurable: false)
    } catch {
      throw CommandError("\(path) cannot be written: \(PosixError.words(error.code))")
    }
  }
}
