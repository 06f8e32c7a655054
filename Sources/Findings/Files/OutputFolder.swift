package import Foundation
import Posix

/// A folder to which a command writes files; it gives no name twice. For one thread.
package final class OutputFolder {
  package let path: String
  private var taken: Set<String> = []

  /// Names have at most so many bytes, less than any file system has room for.
  private static let longest = 200

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
    let plain = Self.plain(name)
    let dot = plain.lastIndex(of: ".") ?? plain.endIndex
    var (stem, ending) = (String(plain[..<dot]), String(plain[dot...]))
    if stem.count > Self.longest { stem = "\(stem.prefix(130))_\(stem.suffix(60))" }
    var unique = stem + ending
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(stem)-\(number)\(ending)"
      number += 1
    }
    return "\(path)/\(unique)"
  }

  private static func plain(_ name: String) -> String {
    var kept = ""
    for character in name {
      let isPlain =
        character.isASCII
        && (character.isLetter || character.isNumber || "._=+-".contains(character))
      if isPlain || kept.last != "_" { kept.append(isPlain ? character : "_") }
    }
    return kept
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

  /// Writes a file whole or not at all, in place of one of that name.
  package static func write(_ data: Data, to path: String) throws {
    do throws(PosixError) {
      try AtomicFile.write([UInt8](data), to: path, isDurable: false)
    } catch {
      throw CommandError("\(path) cannot be written: \(PosixError.words(error.code))")
    }
  }
}
