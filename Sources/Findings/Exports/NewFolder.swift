import Foundation
import Posix

/// A folder that appears under its name once everything in it is written, and where there was none
/// before: nothing of anybody's is replaced, and half an export looks like none. For one thread.
package final class NewFolder {
  /// Its path once it is there.
  package let path: String
  private let draft: String
  private var isThere = false

  /// Throws where something has the name; an empty folder is used.
  package init(_ path: String) throws {
    self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    draft = "\(self.path).part-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try Self.check(self.path)
    try write { () throws(PosixError) in try makeFolders(draft) }
  }

  deinit {
    if !isThere { try? FileManager.default.removeItem(atPath: draft) }
  }

  private static func check(_ path: String) throws {
    guard access(path, F_OK) == 0 else { return }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path), names.isEmpty
    else {
      throw CommandError(
        "\(path) exists and is no empty folder", remedy: "name another folder, or remove it")
    }
  }

  /// Writes a file, given by its path in the folder; folders that are missing are made.
  func write(_ bytes: [UInt8], to name: String) throws {
    try write { () throws(PosixError) in
      let file = "\(draft)/\(name)"
      try makeFolders(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]))
      let descriptor = try Descriptor(opening: file, O_WRONLY | O_CREAT | O_EXCL)
      try descriptor.writeAll(bytes)
    }
  }

  /// Makes a folder, given by its path in this one.
  func makeFolder(_ name: String) throws {
    try write { () throws(PosixError) in try makeFolders("\(draft)/\(name)") }
  }

  /// Gives it its name.
  package func finish() throws {
    try Self.check(path)
    try write { () throws(PosixError) in
      guard rename(draft, path) == 0 else { throw PosixError(call: "rename \(draft)") }
    }
    isThere = true
  }

  private func write(_ body: () throws(PosixError) -> Void) throws {
    do throws(PosixError) {
      try body()
    } catch {
      throw CommandError("\(path) cannot be written: \(PosixError.words(error.code))")
    }
  }
}
